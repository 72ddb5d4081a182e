import type { Clock } from '../context/clock';
import { parseJson } from '../core/parse-json';
import { raceAbort } from '../core/race-abort';
import type { ReadBody } from './given';
import { EndpointRefusal } from './refusal';

/** A request for a token. */
export interface Asked {
  readonly request: Request;
  readonly clock: Clock;
  /** What a framework made of the body; undefined where nothing has read it. */
  readonly body?: unknown;
  /** In the place of the stream of the request. */
  readonly readBody?: ReadBody | undefined;
}

export const MAX_BODY_BYTES = 64 * 1024;

/** In the place of a body that somebody has read and not kept. */
export const LOST_BODY = Symbol('a body that is lost');

export const invalid = (message: string) => new EndpointRefusal('invalid_options', { message });
const tooLarge = () => new EndpointRefusal('body_too_large');

/** @throws EndpointRefusal before anything of a body is read that says itself that it is too large */
export function requireSmallBody(request: Request): void {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/** For all of a body, in milliseconds. */
const BODY_MS = 5000;

/** @throws EndpointRefusal for a body that takes longer than BODY_MS, has more than MAX_BODY_BYTES, or is not UTF-8 */
async function readText({ request, readBody, clock }: Asked): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  const take = (chunk?: Uint8Array) => {
    size += chunk?.length ?? 0;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    try {
      text += decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw invalid('The body is not UTF-8.');
    }
  };
  const late = new AbortController();
  const cancelTimer = clock.timer(BODY_MS, () =>
    late.abort(new EndpointRefusal('request_timeout')),
  );
  try {
    const reading = readBody?.(take);
    await (reading ? raceAbort(reading, late.signal) : readStream(request, take, late.signal));
  } finally {
    cancelTimer();
  }
  take();
  return text;
}

async function readStream(
  { body }: Request,
  take: (chunk: Uint8Array) => void,
  late: AbortSignal,
): Promise<void> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await raceAbort(reader.read(), late);
      if (done) return;
      take(value);
    }
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error;
  }
}

/** A page can send any other type to any server without being asked whether it may. */
const JSON_TYPE = /^application\/json *(;|$)/i;
const notJson = () => new EndpointRefusal('unsupported_media_type');

export type Members = readonly (readonly [string, unknown])[];

/** @throws EndpointRefusal for a body that is no JSON object */
export async function membersOfBody(asked: Asked): Promise<Members> {
  const { request, body } = asked;
  const type = request.headers.get('content-type');
  if (type !== null && !JSON_TYPE.test(type)) throw notJson();
  if (body === LOST_BODY || (body === undefined && request.bodyUsed)) {
    throw new Error('the body was read before the handler got it, and is not at `body`');
  }
  const read = body === undefined ? await readText(asked) : body;
  // Not instanceof: a test environment may have bytes of its own.
  const value = typeof read === 'string' || isBytes(read) ? parsed(read) : read;
  // Body parsers leave one of these where there is no body.
  if (value === undefined || (body !== undefined && isNothing(value))) return [];
  if (type === null) throw notJson();
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalid('The body has to be a JSON object.');
  }
  if (!isPlain(value)) {
    throw new Error(
      'what is at `body` is not what a parser makes of JSON, such as a promise of it',
    );
  }
  return Object.entries(value);
}

const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value);

/** The value of a JSON text; undefined for an empty one. */
function parsed(text: string | Uint8Array): unknown {
  if (text.length === 0) return undefined;
  if (text.length > MAX_BODY_BYTES) throw tooLarge();
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return parseJson(typeof text === 'string' ? text : decoder.decode(text));
  } catch {
    throw invalid('The body is not JSON.');
  }
}

/** Whether an object is one of JSON: promises, forms and bytes have no members either, and a wish would be lost with them. */
const isPlain = (value: object): boolean =>
  Object.prototype.toString.call(value) === '[object Object]';

/** What body parsers leave where there is no body, and for a body that they do not parse. */
export function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return isPlain(value) && Object.keys(value).length === 0;
  }
  return value === null || value === undefined;
}
