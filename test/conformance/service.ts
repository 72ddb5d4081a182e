import { afterAll, beforeAll } from 'vitest';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { type AudioServer, serveAudio } from './audio';
import { type Caller, call, mint, type TokenOptions } from './client';
import type { Message, Transcription } from './connection';
import { isEnd, type Session } from './session';

export interface Service {
  readonly sandbox: RunningSandbox;
  readonly audio: AudioServer;
  readonly owner: Caller;
  /** Returns a caller with a new token. By default, the token is readwrite, reusable, and has a lifetime of two minutes. */
  visitor(options?: TokenOptions): Promise<Caller>;
}

/** Starts a service before the tests of a file or block, and closes it afterwards. */
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

/**
 * Starts a service as `useService` does, but with a fake clock. Returns the clock, and the function `get`, which returns the
 * service.
 */
export function useClockedService(): { readonly clock: FakeClock; readonly get: () => Service } {
  const clock = fakeClock();
  return { clock, get: useService({ clock }) };
}

/** Maximum number of polls in `settled`, and of seconds on the clock in `untilEnd`. No test needs so many. */
const MANY = 2000;

/** Reads a transcription again and again, until it is done or has failed. */
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

/** Waits until the client and the server of a session have received all messages from each other. */
export async function quiet(session: Session): Promise<void> {
  // Waits twice, because the server may answer the messages that it read during the first wait.
  await session.settle();
  await new Promise((resolve) => setImmediate(resolve));
  await session.settle();
}

/**
 * Advances the clock second by second until the session ends.  @returns all messages of the session, and in `seconds` by how many
 * seconds the clock advanced until the first message with the status `stopping` arrived, or until the session ended if there was
 * no such message
 */
export async function untilEnd(clock: FakeClock, session: Session, each: () => void = () => {}) {
  const messages: Message[] = [];
  let seconds: number | undefined;
  for (let passed = 0; passed < MANY; passed += 1) {
    await quiet(session);
    while (session.waiting() > 0) messages.push(await session.next());
    if (messages.some((message) => message.status === 'stopping' || isEnd(message)))
      seconds ??= passed;
    if (messages.some(isEnd)) return { messages, seconds: seconds ?? passed };
    each();
    await quiet(session);
    await clock.advance(1000);
  }
  throw new Error('the session does not end');
}
