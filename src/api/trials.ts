import type { Clock } from '../context/clock';
import type { HttpResponse } from '../context/http';
import type { Connect } from '../context/socket';
import { CliError, toCliError } from '../core/errors';
import type { Secret } from '../core/secret';
import type { LiveSession } from './api';
import { PATHS } from './protocol';
import type { Credential } from './refusals';
import { createRest, type Query, type RestOptions, type RestRequest, shownQuery } from './rest';
import { openSession } from './session';
import { MAX_LIST_BYTES, readToken, requireNoKeyIn } from './wire';

/** What was refused: who asked (401, 403), what was asked for (any other 4xx), or, by closing the connection, either. */
export type Refused = 'caller' | 'request' | 'closed';

/** What the service said to what was tried. */
export type Verdict<Value> =
  | { readonly accepted: true; readonly status: number; readonly value: Value }
  | {
      readonly accepted: false;
      readonly status: number | null;
      readonly refused: Refused;
      readonly error: CliError;
    };

/** A token as it was handed out; times in milliseconds on the clock that never jumps. */
export interface TriedToken {
  readonly token: Secret;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** A request that was made, without a secret. */
export interface Exchange {
  readonly request: string;
  /** Null when nothing came back. */
  readonly status: number | null;
}

/**
 * The service, asked for what an honest client would not ask for, one request each. A refusal is a verdict; what says
 * nothing about the credentials (the network, 5xx, 429) is thrown. `note` says in the evidence what a request was for.
 */
export interface Trials {
  /** Mints with exactly these parameters, whatever they are. */
  mint(credential: Credential, query: Query, note?: string): Promise<Verdict<TriedToken>>;
  /** Lists the transcriptions. */
  list(credential: Credential, note?: string): Promise<Verdict<null>>;
  /** The same with a token in the URL alone. @param name of the parameter */
  listByUrl(token: Secret, name: string): Promise<Verdict<null>>;
  /** Asks over REST for a transcription whose duration guard can not pass, so that it is not done. */
  transcribe(credential: Credential, url: string): Promise<Verdict<null>>;
  /** Opens a session for a URL and closes it without a start. */
  openSession(token: Secret, url: string, note?: string): Promise<Verdict<null>>;
  /** Opens a session for live audio. */
  openLiveSession(token: Secret): Promise<Verdict<LiveSession>>;
}

export interface TrialOptions extends RestOptions {
  readonly clock: Clock;
  readonly connect: Connect;
  onExchange(exchange: Exchange): void;
  /** Told of every answer over REST, and of when its request was sent, on the clock that never jumps. */
  onAnswer?(response: HttpResponse, sentAt: number): void;
}

const MAX_MINT_BYTES = 64 * 1024;
/** No audio has exactly this length, in seconds. */
const IMPOSSIBLE_S = 86_399;
const LIVE_MAX_S = 15;
const CONFIRMED = 101;

/** Names under which a token might count in a URL. */
export const URL_NAMES = [
  'access_token',
  'auth_token',
  'authToken',
  'token',
  'authorization',
  'key',
];

function refusedBy({ code, httpStatus = 0 }: CliError): Refused | null {
  if (/^(token_|key_refused$|forbidden$)/.test(code)) return 'caller';
  if (code === 'request_rejected' || code === 'minting_unavailable') return 'request';
  // A failure that is told with the status of a success is about the request: the service itself is well.
  if (code === 'service_error' && httpStatus > 0 && httpStatus < 300) return 'request';
  return code === 'closed_early' ? 'closed' : null;
}

export function createTrials(options: TrialOptions): Trials {
  const { http, clock, secrets, apiServer, onExchange, onAnswer } = options;
  const { host } = new URL(apiServer);
  let notOpened: CliError | undefined;
  /** An upgrade carries no credentials: to refuse it says nothing about them. */
  const connect: Connect = (url, within) =>
    options.connect(url, within).catch((thrown: unknown) => {
      notOpened = toCliError(thrown);
      throw notOpened;
    });

  async function exchange<Value>(
    request: string,
    send: (seen: (status: number) => void) => Promise<Value>,
  ): Promise<Verdict<Value>> {
    let status: number | null = null;
    const outcome = await send((seen) => {
      status = seen;
    }).catch(toCliError);
    if (!(outcome instanceof CliError)) {
      onExchange({ request, status });
      return { accepted: true, status: status ?? 0, value: outcome };
    }
    const code = outcome.httpStatus ?? status;
    onExchange({ request, status: code });
    const refused = outcome === notOpened ? null : refusedBy(outcome);
    if (refused === null) throw outcome;
    return { accepted: false, status: code, refused, error: outcome };
  }

  function call(request: Omit<RestRequest, 'maxBytes' | 'purpose'>, note = '') {
    const { method, path, query = {} } = request;
    const shown = shownQuery(query).trim().replaceAll(' ', '&');
    const words = `${method} ${path}${shown === '' ? '' : `?${shown}`}${note === '' ? '' : ` (${note})`}`;
    return exchange(words, async (seen) => {
      const rest = createRest({
        ...options,
        http: {
          ...http,
          async send(wire) {
            const sentAt = clock.monotonic();
            const response = await http.send(wire);
            seen(response.status);
            onAnswer?.(response, sentAt);
            return response;
          },
        },
      });
      const maxBytes = request.minting ? MAX_MINT_BYTES : MAX_LIST_BYTES;
      return rest({ ...request, maxBytes, purpose: 'a trial' });
    });
  }

  const discard = <Value>(verdict: Verdict<Value>): Verdict<null> =>
    verdict.accepted ? { ...verdict, value: null } : verdict;

  return {
    async mint(credential, query, note) {
      const sentAt = clock.monotonic();
      const path = PATHS.generateToken;
      const verdict = await call({ method: 'GET', path, query, credential, minting: true }, note);
      if (!verdict.accepted) return verdict;
      const token = readToken(verdict.value, host);
      if (credential.kind === 'key') requireNoKeyIn(token, credential.secret, host);
      secrets.addToken(token);
      return { ...verdict, value: { token, sentAt, receivedAt: clock.monotonic() } };
    },
    list: async (credential, note) =>
      discard(await call({ method: 'GET', path: PATHS.transcriptions, credential }, note)),
    async listByUrl(token, name) {
      const query = { [name]: token.reveal() };
      const credential = { kind: 'none', secret: token } as const;
      const path = PATHS.transcriptions;
      return discard(await call({ method: 'GET', path, query, credential }, `?${name}=TOKEN`));
    },
    async transcribe(credential, address) {
      // As the SDK does, over REST as over WebSocket: the query encodes it a second time.
      const url = encodeURIComponent(address);
      const query = { language: 'auto', url, duration_s: IMPOSSIBLE_S, max_duration_s: 1 };
      return discard(await call({ method: 'POST', path: PATHS.transcribeUrl, query, credential }));
    },
    openSession: (token, url, note = 'not started') =>
      exchange(`WebSocket ${PATHS.transcribeUrl} (${note})`, async (seen) => {
        const request = { url, language: 'auto', maxDurationS: 1 };
        const session = await openSession({ ...options, connect }, token, request);
        seen(CONFIRMED);
        await session.close();
        return null;
      }),
    openLiveSession: (token) =>
      exchange(`WebSocket ${PATHS.transcribeLive}`, async (seen) => {
        const request = { language: 'auto', maxDurationS: LIVE_MAX_S };
        const session = await openSession({ ...options, connect }, token, request);
        seen(CONFIRMED);
        return session;
      }),
  };
}
