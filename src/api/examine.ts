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
  /** An origin, as `parseApiServer` gives it. */
  readonly apiServer: string;
  /** Takes a line for each request. */
  readonly trace?: ((line: string) => void) | undefined;
}

/** What a server answered to a request for a token that shows no key. */
export interface Examination {
  /** What speaks against the answer, the refusal apart that there has to be; null for nothing. */
  readonly error: CliError | null;
  /** Of the answer; null when there was none that could be read. */
  readonly answer: {
    readonly status: number;
    /** From the request to the end of the answer, the connection included. */
    readonly ms: number;
    /** X-API-Version as it came, the server's own text; null when there was none. */
    readonly version: string | null;
    /** What is to be said of a version that is newer than the one that this program knows. */
    readonly remark: string | null;
    /** How far the server's clock is ahead of this machine's, give or take half a second and half of `ms`; null when it does not say. */
    readonly clockOffsetMs: number | null;
  } | null;
}

const NOBODY = { kind: 'none', secret: secret('') } as const;
const MAX_MINT_BYTES = 64 * 1024;
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** Date counts whole seconds, and so is half of one behind on average. */
const HALF_SECOND_MS = 500;

/**
 * Asks for a token without a key, which nobody gets: every answer tells the version, a refusal too, and 404 or 410 that tokens are
 * no longer minted in this way. @throws the signal's reason
 */
export async function examineServer(options: ExamineOptions): Promise<Examination> {
  const { clock, http, signal } = options;
  let response: HttpResponse | undefined;
  let remark: string | null = null;
  const begun = { at: clock.now(), moment: clock.monotonic() };
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
        ms = clock.monotonic() - begun.moment;
        return response;
      },
    },
  });
  const outcome = await rest({
    method: 'GET',
    path: PATHS.generateToken,
    credential: NOBODY,
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
        : Math.round(date + HALF_SECOND_MS - (begun.at + ms / 2)),
    },
  };
}

/**
 * Whether the server describes a newer generation of its API, as that of October 2026 does in an OpenAPI document.
 * @throws CliError the network's codes; the signal's reason
 */
export async function offersNewerGeneration(options: ExamineOptions): Promise<boolean> {
  const { http, clock, signal, apiServer, trace } = options;
  const begun = clock.monotonic();
  const report = (outcome: string) =>
    trace?.(`GET ${PATHS.openApi} -> ${outcome} in ${Math.round(clock.monotonic() - begun)} ms`);
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
