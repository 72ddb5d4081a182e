/** A form in which a text may repeat a secret. */
export interface SecretForms {
  /** The form that people use if they shorten a secret in the middle. */
  readonly shortened: readonly string[];
  readonly others: readonly string[];
}

/** A secret as it is, in hex, in base64, reversed, and as a list of bytes. Percent-encoding is decoded elsewhere. */
export function formsOfSecret(value: string): SecretForms {
  const bytes = Buffer.from(value);
  const [base64 = '', ...shifted] = base64Cores(bytes);
  const shortened = [value, bytes.toString('hex'), base64];
  const others = [...shifted, [...value].reverse().join(''), [...bytes].join()];
  return { shortened, others };
}

/** The part of a base64 encoding that does not depend on its neighbours. */
export function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return encoded.replace(/=+$/, '').slice(offset === 0 ? 0 : offset + 1, -1);
  });
}
