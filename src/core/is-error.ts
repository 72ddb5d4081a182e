/** Of another realm, too: in Jest the errors of Node.js are no instances of the `Error` that a test file has. */
export function isError(thrown: unknown): thrown is Error {
  const tag = Object.prototype.toString.call(thrown);
  return thrown instanceof Error || tag === '[object Error]' || tag === '[object DOMException]';
}
