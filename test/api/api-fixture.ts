import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { VocalStackApi } from '../../src/api/api';
import { createApi } from '../../src/api/create-api';
import type { ErrorCode } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import { secret } from '../../src/core/secret';
import { createSecretRegister } from '../../src/core/secret-register';
import { createHttp } from '../../src/network/http';
import { connectSocket } from '../../src/network/socket';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { loadHttp } from '../../src/system/load-http';

export const CANARY_KEY = 'canary-KEY-7f3a9c51d2';
export const CANARY_TOKEN = 'canary-TOKEN-b8e04c66af';
export const key = secret(CANARY_KEY);
export const token = secret(CANARY_TOKEN);
export const OPTIONS = { access: 'readonly', lifetimeS: 10, oneTime: true } as const;
export const AUDIO = {
  url: 'https://audio.example/a b.wav?sig=x%2Fy&z=1',
  language: 'auto',
  maxDurationS: 15,
};

export interface Fixture {
  readonly api: VocalStackApi;
  readonly clock: FakeClock;
  readonly traces: string[];
  readonly warnings: string[];
  readonly aborter: AbortController;
  close(): void;
}

interface FixtureOptions {
  /** Time on the fake clock, in milliseconds, at which all calls are aborted with the error `timeout`. */
  readonly deadlineMs?: number;
  readonly random?: () => number;
  readonly env?: Readonly<Record<string, string>>;
}

export function apiFor(
  apiServer: string,
  { deadlineMs, random = () => 0, env = {} }: FixtureOptions = {},
): Fixture {
  const clock = fakeClock();
  const http = createHttp(env, loadHttp, () => import('../../src/network/socks'));
  const aborter = new AbortController();
  const traces: string[] = [];
  const warnings: string[] = [];
  if (deadlineMs !== undefined) clock.timer(deadlineMs, () => aborter.abort(timedOut()));
  const api = createApi({
    http,
    connect: (url, options) => connectSocket(url, options, env),
    clock,
    secrets: createSecretRegister(env),
    random,
    signal: aborter.signal,
    deadline: deadlineMs ?? Number.POSITIVE_INFINITY,
    apiServer,
    trace: (line) => traces.push(line),
    warn: (text) => warnings.push(text),
  });
  return { api, clock, traces, warnings, aborter, close: () => http.close() };
}

export function timedOut(): CliError {
  return new CliError('timeout', 'The deadline passed.');
}

/** Returns the CliError that a promise rejects with. Fails if the error contains a secret. */
export async function failureOf(promise: Promise<unknown>): Promise<CliError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CliError)) throw error;
  expectNoSecret(
    `${error.message} ${error.hint} ${JSON.stringify(error)} ${inspect(error, { depth: 9 })}`,
  );
  expect(error.message).not.toBe('');
  expect(error.hint ?? 'a hint').not.toBe('');
  return error;
}

export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode> {
  return (await failureOf(promise)).code;
}

/** Fails if a text contains one of the test's secrets, as plain text, base64 or hex. */
export function expectNoSecret(text: string): void {
  for (const canary of [CANARY_KEY, CANARY_TOKEN]) {
    for (const encoding of ['utf8', 'base64', 'hex'] as const) {
      expect(text).not.toContain(Buffer.from(canary).toString(encoding));
    }
  }
}

/** Returns the result of a promise. While the promise is pending, advances the fake clock from timer to timer. */
export async function settle<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let pending = true;
  const done = () => {
    pending = false;
  };
  promise.then(done, done);
  while (pending) {
    const [next] = clock.waiting();
    if (next !== undefined) await clock.advance(next);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}
