/** A promise of the service about its auth tokens, and how `verify` tests the promise. */
export interface TokenPromise {
  readonly group: string;
  readonly title: string;
  /** The sentence in which the service makes the promise, from its page on auth tokens. */
  readonly source: string;
  readonly expected: string;
  readonly method: string;
  /** Whether the service bills the test of this promise. */
  readonly billed?: true;
}

const ACCESS =
  'Either "readonly" or "readwrite". The former enables you to execute API calls that return data. The later enables you to also execute API requests that includes billable transcription related operations.';
const EXPIRY = 'After this period, the token will expire and will no longer be useable.';
const LIFETIME = 'A number between 1 and 120 representing the lifetime of the token in seconds.';
const ONE_TIME = 'If true, once this token has been used for an API request, it will expire.';
const POWERFUL =
  'Tokens are powerful tools for accessing resources and services, and if they are not protected, they can be misused.';

/** All promises of the service, in the order of display. The test of each promise is in commands/verify/trials.ts. */
export const PROMISES = {
  'default-readonly': {
    group: 'Defaults',
    title: 'A token minted without options is readonly',
    source: 'The default value for this option is "readonly".',
    expected: 'the token opens no session',
    method: 'mints a token without options, and requests a session without starting it',
  },
  'default-one-time': {
    group: 'Defaults',
    title: 'A token minted without options works once',
    source: 'The default value for this option is true.',
    expected: 'the second use of the token is refused',
    method: 'mints a token without options, and lists the transcriptions twice',
  },
  'default-lifetime': {
    group: 'Defaults',
    title: 'A token minted without options expires after 10 s',
    source: 'The default value for this option is 10.',
    expected: 'the token is accepted before 10 s have passed, and refused later',
    method: 'mints two tokens without options; uses one before 10 s have passed, the other later',
  },
  'readonly-reads': {
    group: 'Access',
    title: 'A readonly token can read',
    source: ACCESS,
    expected: 'the request is accepted',
    method: 'lists the transcriptions',
  },
  'readonly-no-session': {
    group: 'Access',
    title: 'A readonly token cannot open a session',
    source: ACCESS,
    expected: 'the session is refused',
    method: 'requests a session without starting it, then does the same with a readwrite token',
  },
  'readonly-no-transcription': {
    group: 'Access',
    title: 'A readonly token cannot start a transcription',
    source: ACCESS,
    expected: 'the request is refused',
    method: 'requests a transcription with a wrong duration, so that nothing is transcribed',
  },
  'readwrite-reads': {
    group: 'Access',
    title: 'A readwrite token can read',
    source: ACCESS,
    expected: 'the request is accepted',
    method: 'lists the transcriptions',
  },
  'readwrite-session': {
    group: 'Access',
    title: 'A readwrite token can open a session',
    source: ACCESS,
    expected: 'the session is confirmed',
    method: 'requests a session without starting it',
  },
  'one-time-once': {
    group: 'One-time',
    title: 'A one-time token works once',
    source: ONE_TIME,
    expected: 'the second use of the token is refused',
    method: 'lists the transcriptions, and lists them again a moment later',
  },
  'one-time-race': {
    group: 'One-time',
    title: 'Only one of two simultaneous uses succeeds',
    source: ONE_TIME,
    expected: 'exactly one of the two requests is accepted, for each token',
    method: 'sends two requests at the same time with each of five tokens',
  },
  'one-time-session': {
    group: 'One-time',
    title: 'A session counts as a use',
    source: ONE_TIME,
    expected: 'listing the transcriptions after the session is refused',
    method: 'opens a session without starting it, then lists the transcriptions',
  },
  reusable: {
    group: 'One-time',
    title: 'A reusable token works again',
    source: 'A boolean signifying whether this API token is meant for a single use.',
    expected: 'the second use of the token is accepted',
    method: 'lists the transcriptions twice',
  },
  'lifetime-before': {
    group: 'Lifetime',
    title: 'A token works until it expires',
    source: LIFETIME,
    expected: 'the token is accepted shortly before it expires',
    method: 'lists the transcriptions shortly before a token with a lifetime of 5 s expires',
  },
  'lifetime-after': {
    group: 'Lifetime',
    title: 'A token stops working when it expires',
    source: EXPIRY,
    expected: 'the token is refused after it has expired',
    method: 'lists the transcriptions with an expired token, whose lifetime was 3 s',
  },
  'lifetime-shortest': {
    group: 'Lifetime',
    title: 'A lifetime of 1 s is allowed',
    source: LIFETIME,
    expected: 'the service mints the token',
    method: 'mints with a lifetime of 1 s',
  },
  'lifetime-longest': {
    group: 'Lifetime',
    title: 'A lifetime of 120 s is allowed',
    source: LIFETIME,
    expected: 'the service mints the token',
    method: 'mints with a lifetime of 120 s, and does not wait until it expires',
  },
  'lifetime-bounds': {
    group: 'Lifetime',
    title: 'The service refuses a lifetime outside 1 to 120 s',
    source: LIFETIME,
    expected: 'the lifetimes 0, 121, -1 and abc are refused',
    method: 'tries to mint with each of these lifetimes, without a check by vstoken',
  },
  'work-outlives-token': {
    group: 'Lifetime',
    title: 'Started work continues after its token has expired',
    source:
      'In other words, once an asynchronous request has started, it will run to completion even if the token has expired after the request has started.',
    expected: 'a transcription succeeds although its token expired meanwhile',
    method: 'sends 6 s of silence over a live session whose token expires after 3 s',
    billed: true,
  },
  'no-minting': {
    group: 'What a token must not do',
    title: 'A token cannot mint another token',
    source:
      'Always generate authentication tokens on the server side to prevent exposure of API keys in client code.',
    expected: 'the request is refused',
    method: 'tries to mint a token with a readwrite token instead of the API key',
  },
  'no-query': {
    group: 'What a token must not do',
    title: 'A token does not work in a URL',
    source:
      'Never pass tokens in URL query parameters as they could be logged in server logs or exposed in browser history.',
    expected: 'the request is refused',
    method: 'lists the transcriptions with a token in the URL, in each of six query parameters',
  },
  'no-bare': {
    group: 'What a token must not do',
    title: 'A token does not work as an API key',
    source:
      'Consuming the VocalStack API on the client side requires you to use an `authToken` setting instead of an `apiKey`.',
    expected: 'the request is refused',
    method: 'lists the transcriptions with the token alone, without "Bearer"',
  },
  'tokens-distinct': {
    group: 'What a token must not do',
    title: 'Each mint gives a different token',
    source: POWERFUL,
    expected: 'all 8 tokens of a sample are different',
    method: 'mints 8 tokens with the same options',
  },
  'tokens-long': {
    group: 'What a token must not do',
    title: 'Tokens cannot be guessed',
    source: POWERFUL,
    expected: 'the part that differs between tokens has at least 112 bits',
    method: 'compares 8 tokens character by character',
  },
  transport: {
    group: 'Transport',
    title: 'No token is minted over plain http',
    source: 'Always serve tokens over HTTPS to protect against man-in-the-middle attacks.',
    expected: 'over plain http, the API does not answer and does not check the key',
    method: 'tries to mint over plain http, with a made-up API key',
  },
} as const satisfies Readonly<Record<string, TokenPromise>>;

export type PromiseId = keyof typeof PROMISES;
export const PROMISE_IDS = Object.keys(PROMISES) as readonly PromiseId[];
export const promiseOf = (id: PromiseId): TokenPromise => PROMISES[id];
