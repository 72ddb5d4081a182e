export interface SecretForms {
  /**
   * The secret unchanged, in hex, and in base64. In each of these encodings, people may shorten the secret to its beginning and
   * its end, as in `abcd…wxyz`.
   */
  readonly shortenable: readonly string[];
  readonly others: readonly string[];
}

/**
 * Returns a secret in the encodings in which it may occur in a text: unchanged, in hex, in base64, reversed, and as a list of
 * bytes. Percent-encoding is not included, because texts are decoded before they are compared with these forms.
 */
export function formsOfSecret(value: string): SecretForms {
  const bytes = Buffer.from(value);
  const [base64 = '', ...shifted] = base64Cores(bytes);
  const shortenable = [value, bytes.toString('hex'), base64];
  const others = [...shifted, [...value].reverse().join(''), [...bytes].join()];
  return { shortenable, others };
}

/**
 * Returns how bytes inside a longer text look in base64: one encoding for each of the three possible offsets. Omits the
 * characters that depend on the neighbouring bytes.
 */
export function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return encoded.replace(/=+$/, '').slice(offset === 0 ? 0 : offset + 1, -1);
  });
}
