/** For `await using`. The environment of jsdom in Jest lacks it; compilers take this in its place. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
