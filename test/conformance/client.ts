/**
 * A second client for the service. It was written only from the description of the protocol, and shares no code with the client
 * in `src`.
 */

/** The API version that this client expects. */
export const VERSION = '1.1.0';

/** A server, and the credential for calls to it: an API key, an auth token, or neither. */
export interface Caller {
  readonly server: string;
  readonly apiKey?: string;
  readonly authToken?: string;
}

export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface CallOptions {
  readonly query?: Query;
  readonly json?: unknown;
  /** A body that is sent unchanged, with the Content-Type of JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that has not been checked yet. */
export interface Answer {
  readonly http: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The body of a successful answer. */
export interface Envelope {
  readonly status: string;
  readonly data: unknown;
}

export type Reason = 'http' | 'version' | 'discontinued' | 'json' | 'envelope' | 'status';

/** Error for an answer that is not a success. `reason` names the check that the answer failed. */
export class CallError extends Error {
  readonly reason: Reason;
  readonly http: number;

  constructor(reason: Reason, http: number, message: string) {
    super(message);
    this.reason = reason;
    this.http = http;
  }
}

/**
 * Returns the `Authorization` value: an API key without a scheme, or a token after `Bearer`. The value is the same over REST and
 * in the first message of a session.
 */
export function authorizationOf({ apiKey, authToken }: Caller): string | undefined {
  if (authToken !== undefined) return `Bearer ${authToken}`;
  return apiKey;
}

/** Returns the query string. A list becomes several parameters with the same name. Empty and undefined values are left out. */
export function buildQuery(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== '') search.append(name, String(each));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * Returns the query for an audio URL, for REST and WebSocket. The URL is encoded here, and a second time with the whole query.
 */
export function urlQuery(url: string, options: Query = {}): Query {
  return { language: 'auto', ...options, url: encodeURIComponent(url) };
}

/** Sends a request with the headers of the client. Returns the answer without checking it. */
export async function send(
  caller: Caller,
  method: string,
  path: string,
  { query, json, text, headers }: CallOptions = {},
): Promise<Answer> {
  const authorization = authorizationOf(caller);
  const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
  const response = await fetch(`${caller.server}${path}${buildQuery(query)}`, {
    method,
    redirect: 'manual',
    headers: {
      'X-Expected-API-Version': VERSION,
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  return { http: response.status, headers: response.headers, text: await response.text() };
}

export type Verdict = 'same' | 'newer' | 'newer major' | 'lower' | 'malformed' | 'missing';

/**
 * Compares the API version in the header of an answer with `VERSION`, the version that this client expects. `header` is null if
 * the answer has no such header. The client accepts an answer only if the result is `same`, `newer` or `newer major`.
 */
export function judgeVersion(header: string | null): Verdict {
  if (header === null) return 'missing';
  const numbers = /^(\d+)\.(\d+)\.(\d+)$/.exec(header)?.slice(1).map(Number);
  if (!numbers) return 'malformed';
  const expected = VERSION.split('.').map(Number);
  for (const [index, number] of numbers.entries()) {
    const wanted = expected[index] ?? 0;
    if (number < wanted) return 'lower';
    if (number > wanted) return index === 0 ? 'newer major' : 'newer';
  }
  return 'same';
}

/**
 * Checks an answer, and returns its body.
 * @param warn is called if the API version of the server is newer than the version that this client expects
 * @throws {CallError} if the version does not fit, or if the answer is not a success
 */
export function judge(answer: Answer, warn: (verdict: Verdict) => void = () => {}): Envelope {
  const { http, headers, text } = answer;
  const fail = (reason: Reason, message: string) => new CallError(reason, http, message);
  if (headers.get('x-api-version-discontinued') === '1')
    throw fail('discontinued', `version ${VERSION} is switched off`);
  const verdict = judgeVersion(headers.get('x-api-version'));
  if (verdict === 'missing' || verdict === 'malformed' || verdict === 'lower')
    throw fail('version', `the API version is ${verdict}`);
  if (verdict !== 'same') warn(verdict);
  // The client does not read the body of a refusal.
  if (http < 200 || http > 299) throw fail('http', `HTTP ${http}`);
  const body = parse(text);
  if (body === undefined) throw fail('json', 'a success that is no JSON');
  if (typeof body !== 'object' || body === null || !('status' in body) || !('data' in body))
    throw fail('envelope', 'a success without status and data');
  const { status, data } = body;
  if (typeof status !== 'string') throw fail('envelope', 'a status that is no text');
  if (status === 'error') throw fail('status', 'a success whose status is error');
  return { status, data };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Sends a request, and checks the answer as the SDK does.
 * @throws {CallError} if the answer is a failure
 */
export async function call(
  caller: Caller,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Envelope> {
  return judge(await send(caller, method, path, options));
}

export interface TokenOptions {
  readonly access?: string;
  readonly lifetime_s?: number | string;
  readonly one_time?: boolean | string;
}

/**
 * Mints a token.
 * @throws {CallError} if the answer contains no token
 */
export async function mint(caller: Caller, options: TokenOptions = {}): Promise<string> {
  const { data } = await call(caller, 'GET', '/security/generate-token', { query: { ...options } });
  if (typeof data !== 'string') throw new CallError('envelope', 200, 'a token that is no text');
  return data;
}

/** Returns the HTTP status of a call that must be refused. Returns 0 if the call succeeded. */
export async function refusalOf(
  caller: Caller,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<number> {
  const answer = await send(caller, method, path, options);
  try {
    judge(answer);
    return 0;
  } catch (error) {
    if (error instanceof CallError && error.reason === 'http') return error.http;
    throw error;
  }
}
