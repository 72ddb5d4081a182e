import type { Clock } from '../context/clock';
import { parseJson } from '../core/parse-json';
import { raceAbort } from '../core/race-abort';
import { EndpointRefusal } from './refusal';
import type { ReadBody } from './request-context';

export interface TokenRequest {
  readonly request: Request;
  readonly clock: Clock;
  /** The body that a framework has parsed. Undefined if no framework has read the body. */
  readonly body?: unknown;
  /** Reads the body. If undefined, the stream of `request` is read instead. */
  readonly readBody?: ReadBody | undefined;
}

export const MAX_BODY_BYTES = 64 * 1024;

/** The value of `TokenRequest.body` if other code has read the body of the request but has not stored the parsed body. */
export const CONSUMED_BODY = Symbol('consumed body');

export const invalid = (message: string) => new EndpointRefusal('invalid_options', { message });
const tooLarge = () => new EndpointRefusal('body_too_large');

/** Checks Content-Length before the body is read. @throws EndpointRefusal `body_too_large` */
export function requireSmallBody(request: Request): void {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/** Time limit for the arrival of a body, in milliseconds. */
const BODY_MS = 5000;

/**
 * Reads the body as text.
 * @throws EndpointRefusal for a body that takes longer than BODY_MS, has more than MAX_BODY_BYTES, or is not UTF-8
 */
async function readText({ request, readBody, clock }: TokenRequest): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  const take = (chunk?: Uint8Array) => {
    size += chunk?.length ?? 0;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    try {
      text += decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw invalid('The body must be UTF-8.');
    }
  };
  const timeout = new AbortController();
  const cancelTimer = clock.timer(BODY_MS, () =>
    timeout.abort(new EndpointRefusal('request_timeout')),
  );
  try {
    const reading = readBody?.(take);
    await (reading
      ? raceAbort(reading, timeout.signal)
      : readStream(request, take, timeout.signal));
  } finally {
    cancelTimer();
  }
  take();
  return text;
}

async function readStream(
  { body }: Request,
  take: (chunk: Uint8Array) => void,
  timeout: AbortSignal,
): Promise<void> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await raceAbort(reader.read(), timeout);
      if (done) return;
      take(value);
    }
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error;
  }
}

/**
 * The only Content-Type that is accepted. Reason: before a browser sends this type to another origin, it asks with a preflight
 * whether the page may do so. Other types can be sent without a preflight.
 */
const JSON_TYPE = /^application\/json *(;|$)/i;
const notJson = () => new EndpointRefusal('unsupported_media_type');

export type Members = readonly (readonly [string, unknown])[];

/**
 * Returns the names and values in a JSON body. Returns an empty list for an empty body.
 * @throws EndpointRefusal for a body that is not a JSON object
 */
export async function membersOfBody(asked: TokenRequest): Promise<Members> {
  const { request, body } = asked;
  const type = request.headers.get('content-type');
  if (type !== null && !JSON_TYPE.test(type)) throw notJson();
  if (body === CONSUMED_BODY || (body === undefined && request.bodyUsed)) {
    throw new Error(
      'the body was read before the handler got the request, and the handler got no parsed body: neither in `req.body` nor as an argument `{ body }`',
    );
  }
  const read = body === undefined ? await readText(asked) : body;
  // `isBytes` does not use `instanceof`, because a test environment can have its own Uint8Array.
  const value = typeof read === 'string' || isBytes(read) ? parsed(read) : read;
  // For a request without a body, body parsers set `body` to an empty value.
  if (value === undefined || (body !== undefined && isEmptyBody(value))) return [];
  if (type === null) throw notJson();
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalid('The body must be a JSON object.');
  }
  if (!isPlain(value)) {
    throw new Error('`body` is not parsed JSON: it is a promise, a form or another object');
  }
  return Object.entries(value);
}

const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value);

/** Parses a JSON text. Returns undefined for an empty text. */
function parsed(text: string | Uint8Array): unknown {
  if (text.length === 0) return undefined;
  if (text.length > MAX_BODY_BYTES) throw tooLarge();
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return parseJson(typeof text === 'string' ? text : decoder.decode(text));
  } catch {
    throw invalid('The body must be valid JSON.');
  }
}

/**
 * Whether an object can come from JSON. Rejects objects such as a Promise, a FormData or an ArrayBuffer. Such an object has no
 * members of its own, so it would be accepted as an empty request.
 */
const isPlain = (value: object): boolean =>
  Object.prototype.toString.call(value) === '[object Object]';

/** Whether a value is what body parsers store if a request has no body, or if they do not parse the body. */
export function isEmptyBody(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return isPlain(value) && Object.keys(value).length === 0;
  }
  return value === null || value === undefined;
}
