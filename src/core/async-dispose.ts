/** For `await using`. Jest's jsdom environment lacks `Symbol.asyncDispose`; compilers use this symbol instead. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
