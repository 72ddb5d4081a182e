import type { TranscriptionSession, UrlRequest, VocalStackApi } from '../api/api';
import { CONFIRMATION_MS, explainClose, readState } from '../api/session';
import { isObject, type Json, readList, readToken, requireNoKeyIn } from '../api/wire';
import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import type { SecretRegister } from '../core/secret-register';
import { type SdkCalls, SdkFailure } from './calls';
import { type SdkTask, sdkError } from './failures';

/**
 * The part of the SDK's public API that vstoken uses. It is described in the SDK's documentation, on the pages on authentication
 * tokens, on the transcription of a URL, and on getting data. Durations are in seconds.
 */
interface Sdk {
  readonly Security: {
    readonly settings: { readonly apiKey: string; readonly apiServer: string };
    generateToken(options: {
      readonly access: string;
      readonly lifetime_s: number;
      readonly one_time: boolean;
    }): Promise<unknown>;
  };
  readonly Transcriptions: {
    readonly settings: { readonly authToken: string; readonly apiServer: string };
    getAllTranscriptions(): Promise<unknown>;
  };
  readonly UrlTranscription: {
    readonly settings: { readonly authToken: string; readonly apiServer: string };
    connect(options: {
      readonly url: string;
      readonly language?: string;
      readonly max_duration_s: number;
    }): Promise<UrlTranscriptionSession>;
  };
}

interface UrlTranscriptionSession {
  start(): void;
  onData(take: (response: unknown) => void): void;
}

export const NEEDED_CLASSES: readonly (keyof Sdk)[] = ['Security', 'UrlTranscription'];
const SESSION_METHODS: readonly (keyof UrlTranscriptionSession)[] = ['start', 'onData'];

/**
 * The hint for a session that was not confirmed. Reason: if the server refuses the token before it confirms the session, the SDK
 * does not report the refusal.
 */
const NOT_TOLD =
  'The server may have refused the token, but the SDK does not report this. Compare with --client builtin. Nothing was transcribed, so nothing was billed.';

type MethodOf<Name extends keyof Sdk> = Exclude<keyof Sdk[Name], 'settings'>;
type ArgumentsOf<Method> = Method extends (...args: infer Args) => unknown ? Args : never;

/** Returns a client of the service that uses the SDK. The SDK runs in the process of `calls`. */
export function createSdkApi(
  calls: SdkCalls,
  {
    apiServer,
    clock,
    secrets,
  }: { readonly apiServer: string; readonly clock: Clock; readonly secrets: SecretRegister },
): VocalStackApi {
  const { host } = new URL(apiServer);

  function call<Name extends keyof Sdk, Method extends MethodOf<Name> & string>(
    name: Name,
    settings: Sdk[Name]['settings'],
    method: Method,
    args: ArgumentsOf<Sdk[Name][Method]>,
    session?: { readonly keeps: readonly string[]; readonly lateMs: number },
  ): Promise<unknown> {
    const { keeps, lateMs } = session ?? {};
    return calls.ask({ do: 'call', name, settings, method, args, ...(keeps && { keeps }) }, lateMs);
  }

  async function attempt<Value>(task: SdkTask, work: () => Promise<Value>): Promise<Value> {
    calls.begin();
    try {
      return await work();
    } catch (error) {
      throw sdkError(error, { refusal: calls.refusal(), apiServer, now: clock.now() }, task);
    }
  }

  const taskOf = (token: Secret, purpose: string, isSession: boolean): SdkTask => ({
    ...{ purpose, isSession, minting: false },
    credential: { kind: 'token', secret: token },
  });

  async function openSession(token: Secret, request: UrlRequest): Promise<TranscriptionSession> {
    secrets.addToken(token);
    secrets.addUrl(request.url);
    const task = taskOf(token, 'a session', true);
    const { url, language, maxDurationS } = request;
    const wanted = {
      url,
      ...(language === 'auto' ? {} : { language }),
      max_duration_s: maxDurationS,
    };
    const settings = { authToken: token.reveal(), apiServer };
    await attempt(task, async () => {
      const session = { keeps: SESSION_METHODS, lateMs: CONFIRMATION_MS };
      await call('UrlTranscription', settings, 'connect', [wanted], session).catch((error) => {
        throw explainClose(error, 'The session was not confirmed yet.', { hint: NOT_TOLD });
      });
      await calls.ask({ do: 'listen', method: 'onData' satisfies keyof UrlTranscriptionSession });
    });
    return {
      // The documentation of the SDK mentions no session id, so the id is empty.
      id: '',
      start: () =>
        attempt(task, async () => {
          await calls.ask({
            do: 'invoke',
            method: 'start' satisfies keyof UrlTranscriptionSession,
          });
        }),
      next: () => attempt(task, () => nextState()),
      // The SDK has no method that closes a session. The session ends when the process of the SDK ends.
      close: async () => undefined,
    };
  }

  async function nextState() {
    try {
      for (;;) {
        const update = readState(await calls.next(), host, calls.output.redact);
        if (update) return update;
      }
    } catch (error) {
      throw explainClose(error, 'The transcription was not complete.', {
        hint: 'The audio that was already transcribed may have been billed.',
      });
    }
  }

  return {
    async mintToken(key, { access, lifetimeS, oneTime }) {
      const task: SdkTask = {
        ...{ purpose: 'an auth token', isSession: false, minting: true },
        credential: { kind: 'key', secret: key },
      };
      const wanted = { access, lifetime_s: lifetimeS, one_time: oneTime };
      secrets.add(key);
      calls.output.hold();
      let token: Secret | null = null;
      const sentAt = clock.now();
      const sentAtMonotonic = clock.monotonic();
      try {
        token = await attempt(task, async () => {
          const settings = { apiKey: key.reveal(), apiServer };
          const answer = await call('Security', settings, 'generateToken', [wanted]);
          const minted = readToken(envelope(answer, host), host);
          requireNoKeyIn(minted, key, host);
          return minted;
        });
        return { token, sentAt, sentAtMonotonic };
      } finally {
        calls.output.release(token);
      }
    },
    countTranscriptions(token) {
      secrets.addToken(token);
      return attempt(taskOf(token, 'the list of transcriptions', false), async () => {
        const settings = { authToken: token.reveal(), apiServer };
        const answer = await call('Transcriptions', settings, 'getAllTranscriptions', []);
        return readList(envelope(answer, host), host).length;
      });
    },
    openSession,
    async openLiveSession() {
      throw new Error('the SDK cannot send audio');
    },
  };
}

/**
 * Checks that a method of the SDK returned an answer of the service.
 * @throws SdkFailure `empty` if there is no answer; CliError `service_error` if the service reported a failure
 */
function envelope(value: unknown, host: string): Json {
  if (value === undefined || value === null) throw new SdkFailure('empty');
  const answer = isObject(value) ? value : { data: value };
  if (answer['status'] === 'error') {
    throw new CliError('service_error', `${host} reported a failure.`, {
      hint: 'Try again in a moment.',
    });
  }
  return answer;
}
