import type { Clock, Http, HttpRequest, HttpResponse } from '../context';
import { toCliError } from '../core/errors';
import { judgeAnswer } from './answers';
import { EXPECTED_API_VERSION, HEADERS } from './protocol';
import type { Credential } from './refusals';
import { createVersionCheck, parseVersion } from './versions';
import type { Json } from './wire';

export interface RestOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** An origin, as `parseApiServer` gives it. */
  readonly apiServer: string;
  /** Takes a line for each request; there are no secrets in it. */
  readonly trace: (line: string) => void;
  readonly warn: (text: string) => void;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RestRequest {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly query?: Query;
  readonly credential: Credential;
  readonly maxBytes: number;
  /** What is asked for, as a noun, for errors. */
  readonly purpose: string;
  readonly minting?: boolean;
}

/** One request and its judged answer: a JSON object of a success. */
export type Rest = (request: RestRequest) => Promise<Json>;

/** The parameters that may be shown. A URL may carry credentials of its own. */
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
 * The REST half of the protocol: an API key goes raw, a token as Bearer; parameters that are not given are left out.
 * @throws CliError the network's codes, and those of `judgeAnswer`
 */
export function createRest(options: RestOptions): Rest {
  const { http, clock, signal, apiServer, trace, warn } = options;
  const { host } = new URL(apiServer);
  const checkVersion = createVersionCheck(host, warn);

  return async ({ method, path, query = {}, credential, maxBytes, purpose, minting = false }) => {
    const url = new URL(path, apiServer);
    for (const [name, value] of Object.entries(query)) {
      if (isGiven(value)) url.searchParams.append(name, String(value));
    }
    const sent = clock.monotonic();
    const report = (outcome: string, more = '') => {
      const ms = Math.round(clock.monotonic() - sent);
      trace(`${method} ${path}${shownQuery(query)} -> ${outcome} in ${ms} ms${more}`);
    };
    const headers = {
      accept: 'application/json',
      [HEADERS.expectedVersion]: EXPECTED_API_VERSION,
      ...authorization(credential),
    };
    const response = await http
      .send({ method, url, headers, maxBytes, signal })
      .catch((error: unknown) => {
        report(toCliError(error).code);
        throw error;
      });
    report(String(response.status), `, ${versionInWords(response)}`);
    return judgeAnswer(response, {
      apiServer,
      host,
      credential,
      purpose,
      minting,
      checkVersion,
      now: clock.now(),
    });
  };
}

function isGiven(value: Query[string]): boolean {
  return value !== undefined && value !== '';
}

function authorization({ kind, secret }: Credential): Readonly<Record<string, string>> {
  if (kind === 'none') return {};
  const value = kind === 'key' ? secret.reveal() : `Bearer ${secret.reveal()}`;
  return { [HEADERS.authorization]: value };
}

function versionInWords({ headers }: HttpResponse): string {
  const header = headers[HEADERS.version];
  if (header === undefined) return 'no API version';
  const version = parseVersion(header);
  return version ? `API ${version.join('.')}` : 'unreadable API version';
}
