import { afterAll, beforeAll } from 'vitest';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { type AudioServer, serveAudio } from './audio';
import { type Caller, call, mint, type TokenOptions } from './client';
import type { Transcription } from './connection';
import { isEnd } from './session';

export interface Service {
  readonly sandbox: RunningSandbox;
  readonly audio: AudioServer;
  /** Calls with the API key. */
  readonly owner: Caller;
  /** A caller with a new token: one that may write, often, for two minutes, unless it is said otherwise. */
  visitor(options?: TokenOptions): Promise<Caller>;
}

/** Starts a service before the tests of a file or block, and ends it afterwards. */
export function useService(options: SandboxOptions = {}): () => Service {
  let service: Service | undefined;
  beforeAll(async () => {
    const sandbox = await startSandbox(options);
    const owner = { server: sandbox.url, apiKey: sandbox.apiKey };
    service = {
      sandbox,
      owner,
      audio: await serveAudio(),
      async visitor(token = { access: 'readwrite', lifetime_s: 120, one_time: false }) {
        return { server: sandbox.url, authToken: await mint(owner, token) };
      },
    };
  });
  afterAll(async () => {
    await service?.sandbox.close();
    await service?.audio.close();
  });
  return () => {
    if (!service) throw new Error('the service did not start');
    return service;
  };
}

/** A service whose time stands still until a test moves it. */
export function useClockedService(): { readonly clock: FakeClock; readonly get: () => Service } {
  const clock = fakeClock();
  return { clock, get: useService({ clock }) };
}

/** More calls than any transcription of a test takes. */
const MANY = 2000;

/** Reads a transcription until it is done or has failed. */
export async function settled(
  caller: Caller,
  id: string,
  between: () => Promise<unknown> = async () => {},
): Promise<Transcription> {
  for (let count = 0; count < MANY; count += 1) {
    const { data } = await call(caller, 'GET', `/transcriptions/${id}`);
    const transcription = data as Transcription;
    if (isEnd(transcription)) return transcription;
    await between();
  }
  throw new Error('the transcription does not end');
}

/** Turns of the event loop in which both ends of a loopback connection read what the other has written. */
const TURNS = 40;

export async function quiet(): Promise<void> {
  for (let count = 0; count < TURNS; count += 1)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Moves the clock second by second until the work is done. @returns the seconds that it took */
export async function secondsUntil(
  clock: FakeClock,
  work: Promise<unknown>,
  each: () => void = () => {},
): Promise<number> {
  let isDone = false;
  const end = work.finally(() => {
    isDone = true;
  });
  // It is awaited below.
  end.catch(() => {});
  for (let count = 0; count < MANY; count += 1) {
    await quiet();
    if (isDone) {
      await end;
      return count;
    }
    each();
    await quiet();
    await clock.advance(1000);
  }
  throw new Error('the work does not end');
}
