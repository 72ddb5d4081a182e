import { isObject, type Json } from '../api/wire';
import type { Clock } from '../context/clock';
import type { HostRequest, StartSdkHost } from '../context/sdk-host';
import { parseJson } from '../core/parse-json';
import type { SecretRegister } from '../core/secret-register';
import { createSdkCloses } from './closes';
import { createSdkOutput, type SdkOutput } from './output';
import { createSdkRequests, type SeenRefusal } from './requests';

/**
 * How a call of the SDK failed.
 * - `broken`: the SDK could not be loaded. `shape`: the SDK does not have a class or method that vstoken needs.
 * - `empty`: the SDK returned nothing, or an object without needed methods. `large`: the SDK returned far too much data.
 * - `threw`: the SDK threw an error, which its process caught. `crashed`: the SDK threw an error that nothing caught.
 * - `refused`: the server refused a request, but the SDK did not report this.
 * - `late`: the SDK did not answer in time. `ended`: the process of the SDK ended.
 */
export type SdkFailureKind =
  | 'broken'
  | 'shape'
  | 'empty'
  | 'large'
  | 'threw'
  | 'crashed'
  | 'ended'
  | 'refused'
  | 'late';

const ANSWERED: readonly unknown[] = ['broken', 'shape', 'empty', 'large', 'threw'];

export class SdkFailure extends Error {
  readonly kind: SdkFailureKind;

  constructor(kind: SdkFailureKind) {
    super(kind);
    this.kind = kind;
  }
}

export interface SdkCallsOptions {
  readonly startHost: StartSdkHost;
  readonly clock: Clock;
  /** Secrets that are removed from the output of the SDK. */
  readonly secrets: SecretRegister;
  readonly signal: AbortSignal;
  readonly apiServer: string;
  readonly trace?: ((line: string) => void) | undefined;
}

export interface SdkCalls {
  readonly output: SdkOutput;
  /** The last refusal of the server or the last network error, since `begin` was called. Null if there was none. */
  refusal(): SeenRefusal | null;
  /** Clears the result of `refusal`. Called before each task that uses the SDK. */
  begin(): void;
  /**
   * Sends a request to the process of the SDK and returns the result.
   * @param lateMs the time limit in milliseconds; no limit by default
   * @throws SdkFailure; CliError `closed_early` if the session ended; the signal's reason if the signal was aborted
   */
  ask(request: HostRequest, lateMs?: number): Promise<unknown>;
  /** Waits for the next data of the session and returns it as JSON. Throws the same errors as `ask`. */
  next(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the process that runs the SDK. */
export async function startSdkCalls(options: SdkCallsOptions): Promise<SdkCalls> {
  const { startHost, clock, signal } = options;
  const output = await createSdkOutput(options.secrets, options.trace);
  const answers = new Map<number, (answer: Json) => void>();
  const waiters = new Set<(reason: unknown) => void>();
  /** For each unanswered call that needs the session: a function that rejects the promise of this call. */
  const inSession = new Set<(reason: unknown) => void>();
  const data: Json[] = [];
  let onData: (() => void) | null = null;
  let over: SdkFailure | null = null;
  let count = 0;

  const fail = (kind: SdkFailureKind) => {
    const failure = new SdkFailure(kind);
    for (const reject of [...waiters]) reject(failure);
    return failure;
  };
  const requests = createSdkRequests(options, output.redact, () => fail('refused'));

  const closes = createSdkCloses(options, output.redact, () => {
    for (const reject of [...inSession]) reject(closes.error());
  });

  const receive = (message: unknown) => {
    if (!isObject(message)) return;
    const { id, event } = message;
    if (typeof id === 'number') answers.get(id)?.(message);
    else if (event === 'crashed') over ??= fail('crashed');
    else if (event === 'data') {
      data.push(message);
      onData?.();
    } else if (event === 'closed') closes.take(message);
    else requests.take(message);
  };

  const host = await startHost(options.apiServer, {
    onMessage: receive,
    onOutput: output.take,
    onEnd() {
      over ??= fail('ended');
    },
  });

  const wait = <Value>(
    { lateMs = null, isInSession }: { lateMs?: number | null; isInSession: boolean },
    begin: (resolve: (value: Value) => void, reject: (reason: unknown) => void) => void,
  ) =>
    new Promise<Value>((resolve, reject) => {
      const stop = () => settle(() => reject(signal.reason));
      const giveUp = (reason: unknown) => settle(() => reject(reason));
      const cancel =
        lateMs === null ? () => {} : clock.timer(lateMs, () => giveUp(new SdkFailure('late')));
      const settle = (end: () => void) => {
        cancel();
        signal.removeEventListener('abort', stop);
        waiters.delete(giveUp);
        inSession.delete(giveUp);
        end();
      };
      if (signal.aborted) return stop();
      if (over) return giveUp(over);
      signal.addEventListener('abort', stop, { once: true });
      waiters.add(giveUp);
      if (isInSession) inSession.add(giveUp);
      begin((value) => settle(() => resolve(value)), giveUp);
      // The session may already have ended. If so, no more data can arrive, so `giveUp` rejects this Promise. But if `begin` has
      // just resolved this Promise with earlier data, `giveUp` has no effect.
      if (isInSession && closes.isOver()) giveUp(closes.error());
    });

  return {
    output,
    refusal: requests.refusal,
    begin: requests.forget,
    async ask(request, lateMs) {
      count += 1;
      const id = count;
      const isInSession = 'keeps' in request;
      if (isInSession) closes.forget();
      try {
        const answer = await wait({ lateMs: lateMs ?? null, isInSession }, (resolve, reject) => {
          answers.set(id, ({ ok, text, reason }) => {
            if (ok === true) resolve(text);
            else if (isInSession && closes.error()) reject(closes.error());
            else reject(toSdkFailure(reason));
          });
          host.send({ id, ...request });
        });
        return readAnswer(answer);
      } finally {
        answers.delete(id);
      }
    },
    async next() {
      try {
        return await wait({ isInSession: true }, (resolve, reject) => {
          onData = () => {
            if (data.length === 0) return;
            // Take only one message. Later data stays in `data` for the next call of `next`.
            onData = null;
            const { text, reason } = data.shift() ?? {};
            if (typeof text === 'string') resolve(text);
            else reject(toSdkFailure(reason));
          };
          onData();
        });
      } finally {
        onData = null;
      }
    },
    async stop() {
      requests.forget();
      closes.forget();
      await host.stop();
    },
  };
}

function toSdkFailure(reason: unknown): SdkFailure {
  return new SdkFailure(ANSWERED.includes(reason) ? (reason as SdkFailureKind) : 'threw');
}

/**
 * Parses the JSON of an answer.
 * @throws SdkFailure `large` if the JSON has too many levels or values
 */
function readAnswer(text: unknown): unknown {
  try {
    return parseJson(String(text));
  } catch {
    throw new SdkFailure('large');
  }
}
