/** Wraps a log function of the caller. Exceptions are ignored, so that they do not change the result of a call. */
export function ignoreErrors<Value>(take: (value: Value) => void): (value: Value) => void {
  return (value) => {
    try {
      take(value);
    } catch {
      // Ignore the exception. The caller's function must handle its own errors.
    }
  };
}
