import type { Clock } from '../context/clock';
import type { Http, HttpResponse } from '../context/http';
import { CliError, toCliError } from '../core/errors';
import { secret } from '../core/secret';
import type { SecretRegister } from '../core/secret-register';
import { HEADERS, PATHS } from './protocol';
import { createRest } from './rest';
import { parseObject } from './wire';

export interface ExamineOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly secrets: SecretRegister;
  readonly signal: AbortSignal;
  /** The origin of the API server, as `parseApiServer` returns it. */
  readonly apiServer: string;
  readonly trace?: ((line: string) => void) | undefined;
}

/** How a server answered when it was asked for a token without an API key. */
export interface Examination {
  /** The network error, or the error for an unexpected answer. Null if the server refused the request, as expected. */
  readonly error: CliError | null;
  /** Facts about the answer. Null if there was no readable answer. */
  readonly answer: {
    readonly status: number;
    /** The time from the request to the end of the answer, in milliseconds. Includes the time to connect. */
    readonly ms: number;
    /** The value of the header X-API-Version, unchanged. Null if the header is missing. */
    readonly version: string | null;
    /** A warning if the API version is newer than expected, otherwise null. */
    readonly remark: string | null;
    /**
     * How many milliseconds the server's clock is ahead of this machine's clock. The value can be wrong by at most 500 ms plus
     * half of `ms`. Null if the answer has no Date header.
     */
    readonly clockOffsetMs: number | null;
  } | null;
}

const NO_CREDENTIAL = { kind: 'none', secret: secret('') } as const;
const MAX_MINT_BYTES = 64 * 1024;
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** The Date header has only whole seconds. On average, the real time is half a second later. */
const HALF_SECOND_MS = 500;

/**
 * Requests a token without an API key. The service must refuse this request, and its refusal contains the API version. Status 404
 * or 410 means that the server no longer mints tokens at this path.
 * @throws the signal's reason
 */
export async function examineServer(options: ExamineOptions): Promise<Examination> {
  const { clock, http, signal } = options;
  let response: HttpResponse | undefined;
  let remark: string | null = null;
  const startedAt = { at: clock.now(), moment: clock.monotonic() };
  let ms = 0;
  const rest = createRest({
    ...options,
    warn: (text) => {
      remark = text;
    },
    http: {
      ...http,
      async send(request) {
        response = await http.send(request);
        ms = clock.monotonic() - startedAt.moment;
        return response;
      },
    },
  });
  const outcome = await rest({
    method: 'GET',
    path: PATHS.generateToken,
    credential: NO_CREDENTIAL,
    maxBytes: MAX_MINT_BYTES,
    purpose: 'a token without a key',
    minting: true,
  }).catch(toCliError);
  if (!response) signal.throwIfAborted();
  const isRefused = response?.status === 401 || response?.status === 403;
  const error =
    outcome instanceof CliError && !(isRefused && outcome.code.startsWith('token_'))
      ? outcome
      : null;
  if (!response) return { error, answer: null };
  const { status, headers } = response;
  const date = Date.parse(headers['date'] ?? '');
  return {
    error,
    answer: {
      status,
      ms: Math.round(ms),
      version: headers[HEADERS.version] ?? null,
      remark,
      clockOffsetMs: Number.isNaN(date)
        ? null
        : Math.round(date + HALF_SECOND_MS - (startedAt.at + ms / 2)),
    },
  };
}

/**
 * Whether the server has an OpenAPI document. The newer API of the service (October 2026) has such a document.
 * @throws CliError for a network error; the signal's reason
 */
export async function offersNewerApi(options: ExamineOptions): Promise<boolean> {
  const { http, clock, signal, apiServer, trace } = options;
  const startedAt = clock.monotonic();
  const report = (outcome: string) =>
    trace?.(
      `GET ${PATHS.openApi} -> ${outcome} in ${Math.round(clock.monotonic() - startedAt)} ms`,
    );
  const { status, body } = await http
    .send({
      method: 'GET',
      url: new URL(PATHS.openApi, apiServer),
      headers: { accept: 'application/json' },
      maxBytes: MAX_DOCUMENT_BYTES,
      signal,
    })
    .catch((error: unknown) => {
      report(toCliError(error).code);
      throw error;
    });
  report(String(status));
  return status === 200 && typeof parseObject(body)?.['openapi'] === 'string';
}
