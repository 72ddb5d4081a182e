/** A secret as a text may repeat it. */
export interface SecretForms {
  /** The one that is cut in its middle for people to recognise it. */
  readonly shortened: readonly string[];
  readonly others: readonly string[];
}

/** A secret as it is, in hex and in base64; backwards, and as a list of bytes. Percent-encoding is undone where it is met. */
export function formsOfSecret(value: string): SecretForms {
  const bytes = Buffer.from(value);
  const [base64 = '', ...shifted] = base64Cores(bytes);
  const shortened = [value, bytes.toString('hex'), base64];
  const others = [...shifted, [...value].reverse().join(''), [...bytes].join()];
  return { shortened, others };
}

/** What of a text's base64 form is the same wherever it stands in a longer text: its ends depend on their neighbours. */
export function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return encoded.replace(/=+$/, '').slice(offset === 0 ? 0 : offset + 1, -1);
  });
}
