import { secret } from '../../src/core/secret';
import type { TokenOptions } from '../../src/core/token';
import { createBearerCheck } from '../../src/endpoint/bearer';
import { createHandler } from '../../src/endpoint/handler';
import { formatLogLine } from '../../src/endpoint/log-entry';
import type { Handler } from '../../src/endpoint/request-context';
import type { EndpointRules } from '../../src/endpoint/rules';
import { type FakeClock, fakeClock } from '../../src/system/clock';

export const SECRET = 'run-secret-canary-41c0';
export const TOKEN = 'token-canary-9e1f';
export const PAGE = 'http://localhost:5173';

/**
 * The maximum options of a token in these tests. None of them has its most restrictive value, so that a test can request a more
 * restrictive value of each option.
 */
export const WIDE: TokenOptions = { access: 'readwrite', lifetimeS: 60, oneTime: false };

export interface TestHandler {
  readonly clock: FakeClock;
  readonly lines: readonly string[];
  readonly reports: readonly unknown[];
  /** The options of the minted tokens, in order. */
  readonly minted: readonly TokenOptions[];
  readonly handle: Handler;
}

/**
 * Creates a handler that accepts the same requests as `serve`: with the secret, or from an allowed page. The handler always
 * returns the same token, `TOKEN`, and sends no request to a service.
 */
export function newHandler(rules: Partial<EndpointRules> = {}): TestHandler {
  const clock = fakeClock();
  const lines: string[] = [];
  const reports: unknown[] = [];
  const minted: TokenOptions[] = [];
  const isRight = createBearerCheck(secret(SECRET));
  const handle = createHandler({
    path: '/token',
    ceiling: WIDE,
    allowOrigins: [PAGE],
    allowCredentials: false,
    authorize: ({ headers }, { isPage }) => isRight(headers) ?? isPage,
    async mint(wanted) {
      minted.push(wanted);
      return { token: secret(TOKEN), sentAt: clock.now() };
    },
    ratePerMin: 1000,
    maxAtOnce: 8,
    clock,
    log: (entry) => lines.push(formatLogLine(entry, '/token')),
    report: (error) => reports.push(error),
    ...rules,
  });
  return { clock, lines, reports, minted, handle };
}

export interface TokenRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

export function newRequest({ path = '/token', ...init }: TokenRequest = {}): Request {
  return new Request(`http://localhost${path}`, init);
}

export const fromPage = (more: TokenRequest = {}): Request =>
  newRequest({ ...more, headers: { origin: PAGE, ...more.headers } });

export const withSecret = (more: TokenRequest = {}): Request =>
  newRequest({ ...more, headers: { authorization: `Bearer ${SECRET}`, ...more.headers } });

/** Returns a POST request with a JSON body, as an allowed page sends it. */
export const posting = (body: unknown, type = 'application/json'): Request =>
  fromPage({
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
export const jsonOf = async (response: Response): Promise<any> => JSON.parse(await response.text());

/** Returns the status and the error code of a refusal. */
export async function refusalOf(response: Response): Promise<readonly [number, string]> {
  const { error, ...others } = await jsonOf(response);
  if (Object.keys(others).length > 0) throw new Error('there is more than an error');
  if (Object.keys(error).join() !== 'code,message') throw new Error('an error has two members');
  return [response.status, error.code];
}
