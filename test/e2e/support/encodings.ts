/**
 * Returns the part of a secret's base64 encoding that does not depend on the bytes before and after the secret.
 * @param offset the number of bytes before the secret: 0, 1 or 2
 */
function base64Core(secret: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), secret]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + secret.length) * 8) / 6));
}

const urlSafe = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');

const known = new Map<string, ReadonlyMap<string, string>>();

/** Returns a secret in all encodings that the tests search for. The keys are the names of the encodings, such as `hex`. */
export function formsOf(secret: string): ReadonlyMap<string, string> {
  const forms = known.get(secret) ?? makeForms(secret);
  known.set(secret, forms);
  return forms;
}

function makeForms(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret);
  const forms = new Map([
    ['raw', secret],
    ['reversed', [...secret].reverse().join('')],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ['percent', percent],
    ['small percent', percent.replace(/%../g, (code) => code.toLowerCase())],
    ['every byte percent', [...bytes].map((byte) => `%${byte.toString(16)}`).join('')],
  ]);
  for (const offset of [0, 1, 2]) {
    forms.set(`base64 at ${offset}`, base64Core(bytes, offset));
    forms.set(`base64url at ${offset}`, urlSafe(base64Core(bytes, offset)));
  }
  return forms;
}

/** Returns the names of the encodings, such as `hex`, in which a text contains a secret. */
export function leaksOf(secret: string, text: string): readonly string[] {
  return [...formsOf(secret)].filter(([, form]) => text.includes(form)).map(([name]) => name);
}
