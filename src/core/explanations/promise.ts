import type { ExplanationsOf } from './explanation';

export const PROMISE: ExplanationsOf<9> = {
  promise_mended: {
    causes: ['The service keeps a promise that it did not keep before.'],
    fixes: [
      'Remove the id of the promise from --expect-broken. To see what the promise says: vstoken verify --list',
    ],
  },
  promise_broken: {
    causes: [
      'The service handled a token differently than its documentation says. A promise that could not be tested is skipped, not broken.',
      'The API server is a sandbox that was started with the option to break this promise.',
      'Something between this machine and the service, such as a cache, answered instead of the service.',
    ],
    fixes: [
      'Read what each promise says: vstoken verify --list',
      'Test one promise again, for example one-time-once, and see all requests: vstoken verify --only one-time-once --json',
      'Send a report to VocalStack support: vstoken verify --report html=verify.html',
    ],
  },
};
