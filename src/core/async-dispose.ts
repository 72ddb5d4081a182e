/**
 * Name of the method that `await using` calls. Jest's jsdom environment has no `Symbol.asyncDispose`. In that environment,
 * compiled code calls the method by the symbol `Symbol.for('Symbol.asyncDispose')`.
 */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
