/** What a caller does with a line must not change what a call gives. */
export function quietly<Value>(take: (value: Value) => void): (value: Value) => void {
  return (value) => {
    try {
      take(value);
    } catch {
      // Theirs to find.
    }
  };
}
