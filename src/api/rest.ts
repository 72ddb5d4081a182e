import type { Clock } from '../context/clock';
import type { Http, HttpRequest, HttpResponse } from '../context/http';
import { toCliError } from '../core/errors';
import type { SecretRegister } from '../core/secret-register';
import type { CallContext } from './answers';
import { EXPECTED_API_VERSION, HEADERS } from './protocol';
import type { Credential } from './refusals';
import { parseVersion } from './version-number';
import { type Json, parseObject } from './wire';

export interface RestOptions {
  readonly http: Http;
  readonly clock: Clock;
  /** Every secret is added here before it is sent. A text of the server that contains one of these secrets is never shown. */
  readonly secrets: SecretRegister;
  readonly signal: AbortSignal;
  /** The origin of the API server, as `parseApiServer` returns it. */
  readonly apiServer: string;
  /** Receives a log line for each request, without secrets. */
  readonly trace?: ((line: string) => void) | undefined;
  readonly warn: (text: string) => void;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RestRequest {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly query?: Query;
  readonly credential: Credential;
  readonly maxBytes: number;
  /** What the request asks for, as a noun, such as `the list of transcriptions`. Used in errors. */
  readonly purpose: string;
  readonly minting?: boolean;
}

/**
 * Sends one request and checks its answer.
 * @returns the JSON object of a successful answer
 */
export type RestClient = (request: RestRequest) => Promise<Json>;

/** The query parameters that may be logged. `url` is missing on purpose, because a URL can contain credentials. */
const SHOWN = new Set([
  'access',
  'lifetime_s',
  'one_time',
  'language',
  'duration_s',
  'max_duration_s',
]);

export function shownQuery(query: Query): string {
  return Object.entries(query)
    .filter(([name, value]) => SHOWN.has(name) && isGiven(value))
    .map(([name, value]) => ` ${name}=${value}`)
    .join('');
}

/**
 * Creates the function that sends REST requests. An API key is sent unchanged. A token is sent with the scheme Bearer. Undefined
 * and empty parameters are not sent.
 * @throws CliError for a network error; the errors of `checkAnswer`
 */
export function createRest(options: RestOptions): RestClient {
  const { http, clock, secrets, signal, apiServer, trace } = options;
  const { host } = new URL(apiServer);
  let answerCheck: Promise<AnswerCheck> | undefined;

  return async ({ method, path, query = {}, credential, maxBytes, purpose, minting = false }) => {
    const url = new URL(path, apiServer);
    for (const [name, value] of Object.entries(query)) {
      if (isGiven(value)) url.searchParams.append(name, String(value));
    }
    registerCredential(secrets, credential);
    const sent = clock.monotonic();
    const report =
      trace &&
      ((outcome: string, more = '') => {
        const ms = Math.round(clock.monotonic() - sent);
        trace(`${method} ${path}${shownQuery(query)} -> ${outcome} in ${ms} ms${more}`);
      });
    const headers = {
      accept: 'application/json',
      [HEADERS.expectedVersion]: EXPECTED_API_VERSION,
      ...authorization(credential),
    };
    const response = await http
      .send({ method, url, headers, maxBytes, signal })
      .catch((error: unknown) => {
        report?.(toCliError(error).code);
        throw error;
      });
    report?.(String(response.status), `, ${versionInWords(response)}`);
    const json = plainSuccess(response);
    if (json) return json;
    answerCheck ??= loadAnswerCheck(host, options).catch((error) => {
      answerCheck = undefined;
      throw error;
    });
    const call = { apiServer, host, credential, purpose, minting, now: clock.now() };
    return (await answerCheck)(response, call);
  };
}

/**
 * Returns the JSON of a successful answer that has exactly the expected API version. Such an answer needs no further check.
 * Returns null for any other answer.
 */
export function plainSuccess({ status, headers, body }: HttpResponse): Json | null {
  const isPlain =
    status === 200 &&
    headers[HEADERS.version] === EXPECTED_API_VERSION &&
    headers[HEADERS.discontinued] !== '1';
  const json = isPlain ? parseObject(body) : null;
  const state = json?.['status'];
  return state === undefined || (typeof state === 'string' && state !== 'error') ? json : null;
}

type AnswerCheck = (
  response: HttpResponse,
  call: Omit<CallContext, 'checkVersion' | 'withhold'>,
) => Json;

/** Loads the code that checks any answer. Called only if `plainSuccess` returns null, which is rare. */
async function loadAnswerCheck(host: string, { warn, secrets }: RestOptions): Promise<AnswerCheck> {
  const { checkAnswer } = await import('./answers');
  const { versionCheck } = await import('./versions');
  const withhold = await secrets.load();
  const checkVersion = versionCheck(host, warn);
  return (response, call) => checkAnswer(response, { ...call, checkVersion, withhold });
}

export function registerCredential(secrets: SecretRegister, { kind, secret }: Credential): void {
  if (kind === 'key') secrets.add(secret);
  else secrets.addToken(secret);
}

function isGiven(value: Query[string]): boolean {
  return value !== undefined && value !== '';
}

export function authorization({ kind, secret }: Credential): Readonly<Record<string, string>> {
  if (kind === 'none') return {};
  const value = kind === 'key' ? secret.reveal() : `Bearer ${secret.reveal()}`;
  return { [HEADERS.authorization]: value };
}

export function versionInWords({ headers }: HttpResponse): string {
  const header = headers[HEADERS.version];
  if (header === undefined) return 'no API version';
  const version = parseVersion(header);
  return version ? `API ${version.join('.')}` : 'unreadable API version';
}
