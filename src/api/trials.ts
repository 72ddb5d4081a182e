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

/**
 * What the service refused. `caller`: the credentials (401, 403). `request`: the request (any other 4xx). `closed`: the service
 * closed the connection, so the reason is unknown.
 */
export type RefusalKind = 'caller' | 'request' | 'closed';

export type Verdict<Value> =
  | { readonly accepted: true; readonly status: number; readonly value: Value }
  | {
      readonly accepted: false;
      readonly status: number | null;
      readonly refused: RefusalKind;
      readonly error: CliError;
    };

/** A minted token. The times are in milliseconds, on the monotonic clock. */
export interface TriedToken {
  readonly token: Secret;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** A log entry about a request that was sent. Contains no secrets. */
export interface Exchange {
  readonly request: string;
  /** Null if there was no answer. */
  readonly status: number | null;
}

/**
 * Requests that test how the service protects itself. A normal client would not send them. A refusal is returned as a verdict.
 * Other failures (network, 5xx, 429) are thrown, because they do not show whether the credentials are accepted. The parameter
 * `note` explains a request. `vstoken verify` shows this text next to the request.
 */
export interface Trials {
  /** Mints with exactly these parameters, even if they are invalid. */
  mint(credential: Credential, query: Query, note?: string): Promise<Verdict<TriedToken>>;
  list(credential: Credential, note?: string): Promise<Verdict<null>>;
  /**
   * Lists the transcriptions with the token in the URL instead of the header.
   * @param name the name of the query parameter
   */
  listByUrl(token: Secret, name: string): Promise<Verdict<null>>;
  /** Requests a transcription over REST. The request demands a length that no audio has, so nothing is transcribed. */
  transcribe(credential: Credential, url: string): Promise<Verdict<null>>;
  /** Opens a session for a URL, and closes the session without starting it. */
  openSession(token: Secret, url: string, note?: string): Promise<Verdict<null>>;
  openLiveSession(token: Secret): Promise<Verdict<LiveSession>>;
}

export interface TrialOptions extends RestOptions {
  readonly clock: Clock;
  readonly connect: Connect;
  onExchange(exchange: Exchange): void;
  /**
   * Called with every REST answer.
   * @param sentAt when the request was sent, on the monotonic clock
   */
  onAnswer?(response: HttpResponse, sentAt: number): void;
}

const MAX_MINT_BYTES = 64 * 1024;
/** A required duration that no audio has, in seconds. With this requirement, the service transcribes nothing. */
const IMPOSSIBLE_DURATION_S = 86_399;
const LIVE_MAX_S = 15;
const CONFIRMED = 101;

/** Names of query parameters in which a service might accept a token. */
export const TOKEN_PARAMETERS = [
  'access_token',
  'auth_token',
  'authToken',
  'token',
  'authorization',
  'key',
];

function refusedBy({ code, httpStatus = 0 }: CliError): RefusalKind | null {
  if (/^(token_|key_refused$|forbidden$)/.test(code)) return 'caller';
  if (code === 'request_rejected' || code === 'minting_unavailable') return 'request';
  // An error inside a 2xx answer means that the service rejects the request, not that the service fails.
  if (code === 'service_error' && httpStatus > 0 && httpStatus < 300) return 'request';
  return code === 'closed_early' ? 'closed' : null;
}

export function createTrials(options: TrialOptions): Trials {
  const { http, clock, secrets, apiServer, onExchange, onAnswer } = options;
  const { host } = new URL(apiServer);
  let upgradeError: CliError | undefined;
  /**
   * Stores the error of a failed upgrade to WebSocket, so that `exchange` recognises and throws this error. Reason: the upgrade
   * request contains no credentials, so its failure must not become a verdict about the credentials.
   */
  const connect: Connect = (url, within) =>
    options.connect(url, within).catch((thrown: unknown) => {
      upgradeError = toCliError(thrown);
      throw upgradeError;
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
    const refused = outcome === upgradeError ? null : refusedBy(outcome);
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
      // Encode the URL twice, as the official SDK does: here, and again as a part of the query.
      const url = encodeURIComponent(address);
      const query = { language: 'auto', url, duration_s: IMPOSSIBLE_DURATION_S, max_duration_s: 1 };
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
