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
  /** An origin, as `parseApiServer` returns it. */
  readonly apiServer: string;
  /** Gets a line for each request. */
  readonly trace?: ((line: string) => void) | undefined;
}

/** What a server answered to a request for a token without an API key. */
export interface Examination {
  /** What is wrong with the answer; null if nothing is. The expected refusal is not an error. */
  readonly error: CliError | null;
  /** Facts about the answer; null without a readable one. */
  readonly answer: {
    readonly status: number;
    /** From the request to the end of the answer, including the connection. */
    readonly ms: number;
    /** The header X-API-Version, unchanged; null without one. */
    readonly version: string | null;
    /** A warning about an API version that is newer than the expected one. */
    readonly remark: string | null;
    /** How far the server's clock is ahead of this machine's, accurate to half a second plus half of `ms`; null without a Date header. */
    readonly clockOffsetMs: number | null;
  } | null;
}

const NO_CREDENTIAL = { kind: 'none', secret: secret('') } as const;
const MAX_MINT_BYTES = 64 * 1024;
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** The Date header has whole seconds, so it is half a second behind on average. */
const HALF_SECOND_MS = 500;

/**
 * Requests a token without a key, which the service must refuse. Every answer shows the API version, refusals too. 404 or 410 means
 * that the server no longer mints tokens at this path. @throws the signal's reason
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
 * Whether the server describes a newer API in an OpenAPI document, as the API of October 2026 does.
 * @throws CliError the network's codes; the signal's reason
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
