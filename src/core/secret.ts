const REDACTED = '**redacted**';
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** A key or token. Only `reveal()` returns its text. The object itself is safe to print, log or serialise. */
export interface Secret {
  reveal(): string;
}

export function secret(value: string): Secret {
  const redacted = () => REDACTED;
  return Object.freeze({
    reveal: () => value,
    toString: redacted,
    toJSON: redacted,
    [Symbol.toPrimitive]: redacted,
    [INSPECT]: redacted,
  });
}
