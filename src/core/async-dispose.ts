/**
 * Key of the method that `await using` calls. Jest's jsdom environment has no `Symbol.asyncDispose`. There, code that esbuild or
 * Babel compiled uses `Symbol.for('Symbol.asyncDispose')` instead.
 */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
