import { afterAll, describe, expect, it } from 'vitest';
import { PATHS } from '../../src/api/protocol';
import { joinAndResume, streamAtSpeed } from '../soak/sessions';
import {
  createClient,
  growthOf,
  moreOpen,
  repeat,
  type Sample,
  type Soaked,
  soak,
  transcribe,
} from '../soak/soak';
import { needs } from '../support/needs';
import { envFor } from './support/run-binary';

/** True if `npm run soak` runs the tests. The tests then take 15 minutes and print their measurements. */
const isFull = process.env['VSTOKEN_SOAK'] === 'full';
const SAMPLES = isFull ? 40 : 12;
const TIMEOUT_MS = 3_600_000;
/**
 * Maximum increase of open file descriptors during the test. A small increase is normal, because connections may still be
 * closing.
 */
const SOME_DESCRIPTORS = 3;
/** Number of concurrent sessions. It is high because a session mostly waits: in the sandbox a transcript grows slowly. */
const SESSIONS_AT_ONCE = 20;
const JOINED_AT_ONCE = 50;
const HOUR_S = 3600;
/**
 * Maximum growth of the memory from the first to the second half of an hour of audio, in bytes. The whole audio has 115 MB.
 */
const MOST_FOR_AN_HOUR = 16 * 1024 * 1024;

/**
 * How often each action is repeated, and by how many bytes the live heap may grow for each repetition. Without `npm run soak`,
 * the actions are repeated less often, and the limits are higher. Reason: in such a short run, the sandbox's history still grows.
 * A token adds some hundred bytes to the history, and a transcription adds some thousand bytes. A leaked request would be larger.
 */
const LOADS = {
  mints: isFull ? { times: 100_000, bytes: 64 } : { times: 5000, bytes: 1000 },
  sessions: isFull ? { times: 2000, bytes: 500 } : { times: 200, bytes: 10_000 },
  joined: isFull ? { times: 4000, bytes: 500 } : { times: 240, bytes: 20_000 },
  grants: isFull ? { times: 100_000, bytes: 64 } : { times: 1500, bytes: 1000 },
};

const MINT = `${PATHS.generateToken}?access=readwrite&lifetime_s=1&one_time=true`;
const SANDBOX = ['sandbox', '--port', '0', '--json', '--quiet'];
const SERVE = ['serve', '--port', '0', '--json', '--quiet', '--rate', '10000/min'];

const running: Soaked[] = [];
const client = createClient();
afterAll(async () => {
  client.close();
  for (const server of running.splice(0).reverse()) await server.stop();
});

async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const server = await soak(args, env);
  running.push(server);
  return server;
}

async function startSandbox() {
  const { first, sample } = await start(SANDBOX);
  return { url: first['url'] ?? '', apiKey: first['api_key'] ?? '', sample };
}

function judge(samples: readonly Sample[], bytes: number): void {
  const growth = growthOf(samples);
  if (isFull) {
    console.info(`${growth.toFixed(1)} bytes a request`);
    console.table(
      samples.map(({ done, heap, rss, descriptors }) => ({
        done,
        'live KB': Math.round(heap / 1024),
        'resident KB': Math.round(rss / 1024),
        descriptors,
      })),
    );
  }
  expect(growth).toBeLessThan(bytes);
  expect(moreOpen(samples)).toBeLessThanOrEqual(SOME_DESCRIPTORS);
}

/**
 * The tests need `/proc`, which lists the open files of a process. They can run at the same time, because each test starts its
 * own processes.
 */
describe.concurrent('memory and descriptors over a long run', needs('proc'), () => {
  it('do not grow in a sandbox that mints tokens', { timeout: TIMEOUT_MS }, async () => {
    const { times, bytes } = LOADS.mints;
    const sandbox = await startSandbox();
    const task = async () => {
      const { status } = await client.get(`${sandbox.url}${MINT}`, sandbox.apiKey);
      if (status !== 200) throw new Error(`status ${status}`);
    };
    judge(await repeat(times, SAMPLES, task, sandbox.sample), bytes);
  });

  it('do not grow in a sandbox with sessions', { timeout: TIMEOUT_MS }, async () => {
    const { times, bytes } = LOADS.sessions;
    const sandbox = await startSandbox();
    let number = 0;
    const task = async () => {
      number += 1;
      await transcribe(sandbox.url, sandbox.apiKey, number);
    };
    judge(await repeat(times, SAMPLES, task, sandbox.sample, SESSIONS_AT_ONCE), bytes);
  });

  it('do not grow in a sandbox with fifty concurrent sessions that are joined, dropped and resumed', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { times, bytes } = LOADS.joined;
    const sandbox = await startSandbox();
    let number = 0;
    const task = () => {
      number += 1;
      return joinAndResume(sandbox, number);
    };
    judge(await repeat(times, SAMPLES, task, sandbox.sample, JOINED_AT_ONCE), bytes);
  });

  it('do not grow in a sandbox with an hour of live audio, sent fast', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const sandbox = await startSandbox();
    const { samples, end } = await streamAtSpeed(sandbox, HOUR_S, sandbox.sample);
    expect(end).toBe(HOUR_S);
    const held = samples.map(({ rss }) => rss);
    if (isFull) console.info(`resident MB: ${held.map((rss) => Math.round(rss / 1e6)).join(' ')}`);
    const half = held.slice(held.length / 2);
    expect(Math.max(...half) - Math.max(...held.slice(0, held.length / 2))).toBeLessThan(
      MOST_FOR_AN_HOUR,
    );
    expect(moreOpen(samples)).toBeLessThanOrEqual(SOME_DESCRIPTORS);
  });

  it('do not grow in serve that returns tokens', { timeout: TIMEOUT_MS }, async () => {
    const { times, bytes } = LOADS.grants;
    const serve = await start(SERVE, envFor(await startSandbox()));
    const { url = '', path = '', secret = '' } = serve.first;
    const task = async () => {
      const { status } = await client.get(`${url}${path}`, `Bearer ${secret}`);
      if (status === 200) return;
      if (status !== 429) throw new Error(`status ${status}`);
      // The sandbox limits how many tokens it mints in a minute, so wait and try again.
      await new Promise((resolve) => setTimeout(resolve, 500));
      await task();
    };
    judge(await repeat(times, SAMPLES, task, serve.sample), bytes);
  });
});
