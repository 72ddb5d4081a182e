/** Ignores exceptions of a caller's log function, so that they do not change the result of a call. */
export function quietly<Value>(take: (value: Value) => void): (value: Value) => void {
  return (value) => {
    try {
      take(value);
    } catch {
      // Theirs to find.
    }
  };
}
