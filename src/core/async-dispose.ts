/**
 * Name of the method that `await using` calls. Jest's jsdom environment has no `Symbol.asyncDispose`. Compiled code then calls
 * the method by the other symbol.
 */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
