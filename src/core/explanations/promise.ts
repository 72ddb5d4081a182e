import type { ExplanationsOf } from './explanation';

export const PROMISE: ExplanationsOf<9> = {
  promise_mended: {
    causes: ['The service keeps a promise again that it broke before.'],
    fixes: ['Take its id out of --expect-broken. What it is: vstoken verify --list'],
  },
  promise_broken: {
    causes: [
      'The service did not do with a token what it promises: a promise that could not be tried is never called broken.',
      'It is a sandbox that was told to break a promise.',
      'Something between here and the service answers in its place, such as a cache.',
    ],
    fixes: [
      'Read what each promise says: vstoken verify --list',
      'Try it again, and see every request: vstoken verify --only one-time-once --json',
      'Hand the support of VocalStack a report: vstoken verify --report html=verify.html',
    ],
  },
};
