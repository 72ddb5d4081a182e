/**
 * Whether a value is an error, even of another JavaScript realm. Reason: in Jest, errors of Node.js are not instances of the test
 * file's `Error`.
 */
export function isError(thrown: unknown): thrown is Error {
  const tag = Object.prototype.toString.call(thrown);
  return thrown instanceof Error || tag === '[object Error]' || tag === '[object DOMException]';
}
