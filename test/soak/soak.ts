import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { HEADERS, PATHS } from '../../src/api/protocol';
import { SANDBOX_CLIP } from '../../src/core/sample-clips';

const ROOT = join(import.meta.dirname, '../..');
const AT_ONCE = 8;

/** The memory and the number of open files of a process, after a garbage collection. */
export interface Sample {
  /** How much was done before the sample was taken: the number of requests, or the seconds of audio. */
  readonly done: number;
  /** The size of all live objects, in bytes. */
  readonly heap: number;
  readonly rss: number;
  readonly descriptors: number;
}

/** A server that the built program runs. `sample` returns its memory and its number of open files. */
export interface Soaked {
  /** The first JSON document that the server prints. */
  readonly first: Readonly<Record<string, string>>;
  sample(done: number): Promise<Sample>;
  stop(): Promise<void>;
}

/**
 * Runs a command of the built program that starts a server, such as `sandbox`. In its process, Node.js also loads probe.cjs,
 * which reports the memory and the open files.
 */
export async function soak(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Soaked> {
  const home = mkdtempSync(join(tmpdir(), 'vstoken-soak-'));
  const flags = ['--expose-gc', '--require', join(ROOT, 'test/soak/probe.cjs')];
  const child = spawn(process.execPath, [...flags, join(ROOT, 'bin/vstoken.js'), ...args], {
    env: { PATH: process.env['PATH'], HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const first = await firstLine(child);
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)));
  });
  ended.catch(() => undefined);
  return {
    first: JSON.parse(first),
    sample(done) {
      const told = new Promise<Sample>((resolve) => {
        child.once('message', (held) => resolve({ done, ...(held as Omit<Sample, 'done'>) }));
      });
      child.send('sample');
      return Promise.race([told, ended]);
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)));
  });
}

/**
 * Runs a task `times` times. Takes about `samples` samples, at regular intervals.
 * @param atOnce how many tasks run at the same time
 */
export async function repeat(
  times: number,
  samples: number,
  task: () => Promise<void>,
  sample: (done: number) => Promise<Sample>,
  atOnce = AT_ONCE,
): Promise<readonly Sample[]> {
  const taken: Sample[] = [];
  const step = Math.ceil(times / samples);
  for (let done = 0; done < times; done += step) {
    let left = Math.min(step, times - done);
    const work = async () => {
      while (left > 0) {
        left -= 1;
        await task();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    taken.push(await sample(done + step));
  }
  return taken;
}

/** Creates a client that sends GET requests over persistent connections. */
export function createClient(): {
  get(url: string, authorization: string): Promise<{ status: number; body: string }>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  return {
    get: (url, authorization) =>
      new Promise((resolve, reject) => {
        const outgoing = request(url, { agent, headers: { authorization } }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        });
        outgoing.on('error', reject);
        outgoing.end();
      }),
    close: () => agent.destroy(),
  };
}

/**
 * Runs one transcription over WebSocket, from its start to its end.
 * @param number a different number for each call. If two requests are the same, the second client joins the session of the first
 */
export function transcribe(server: string, apiKey: string, number: number): Promise<void> {
  const audio = encodeURIComponent(encodeURIComponent(`${server}${SANDBOX_CLIP.path}`));
  const path = `${PATHS.transcribeUrl}?language=auto&url=${audio}&max_duration_s=${1 + number / 1e6}`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.replace('http', 'ws')}${path}`);
    const headers = { [HEADERS.authorization]: apiKey, path };
    socket.on('open', () => socket.send(JSON.stringify({ headers })));
    socket.on('message', (data) => {
      const { session, status, error } = JSON.parse(String(data));
      if (session) socket.send(JSON.stringify({ start: true, session }));
      if (status === 'error') reject(new Error(String(error)));
      if (status === 'done') socket.close();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const quarter = (samples: readonly Sample[], number: 3 | 4) => {
  const length = Math.floor(samples.length / 4);
  return samples.slice(samples.length - (5 - number) * length).slice(0, length);
};

/**
 * Returns by how many bytes the live heap grows for each request. Compares only the third and the fourth quarter of the samples,
 * because the heap also grows in the first half, while caches are filled.
 */
export function growthOf(samples: readonly Sample[]): number {
  const [before, after] = [quarter(samples, 3), quarter(samples, 4)];
  const heap = (some: readonly Sample[]) => median(some.map((each) => each.heap));
  const done = (some: readonly Sample[]) => median(some.map((each) => each.done));
  return (heap(after) - heap(before)) / (done(after) - done(before));
}

/** Returns how many more descriptors are open in the fourth quarter of the samples than in the third quarter. */
export function moreOpen(samples: readonly Sample[]): number {
  const most = (some: readonly Sample[]) => Math.max(...some.map((each) => each.descriptors));
  return most(quarter(samples, 4)) - most(quarter(samples, 3));
}
