import type { Clock } from '../context/clock';
import { orStop } from '../core/or-stop';
import { parseJson } from '../core/parse-json';
import {
  ACCESS_VALUES,
  type Access,
  MAX_LIFETIME_S,
  MIN_LIFETIME_S,
  type TokenOptions,
} from '../core/token';
import type { ReadBody } from './given';
import { EndpointRefusal } from './refusal';

export const MAX_BODY_BYTES = 64 * 1024;

/** In the place of a body that somebody has read and not kept. */
export const LOST_BODY = Symbol('a body that is lost');

const invalid = (message: string) => new EndpointRefusal('invalid_options', { message });
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
    await (reading ? orStop(reading, late.signal) : readStream(request, take, late.signal));
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
      const { done, value } = await orStop(reader.read(), late);
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

type Members = readonly (readonly [string, unknown])[];

async function membersOfBody(asked: Asked): Promise<Members> {
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
  return Object.entries(value);
}

const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value);

/** The value of a JSON text; undefined for an empty one. */
function parsed(text: string | Uint8Array): unknown {
  if (text.length === 0) return undefined;
  try {
    return parseJson(typeof text === 'string' ? text : new TextDecoder().decode(text));
  } catch {
    throw invalid('The body is not JSON.');
  }
}

function isNothing(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A query has texts alone: what stands for a number or a boolean becomes one. */
function fromQuery(name: string, text: string): unknown {
  if (name === 'lifetime_s' && /^\d{1,3}$/.test(text)) return Number(text);
  if (name === 'one_time' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

interface Wanted {
  access?: Access;
  lifetime_s?: number;
  one_time?: boolean;
}

function readMembers(members: readonly (readonly [string, unknown])[]): Wanted {
  const wanted: Wanted = {};
  for (const [name, value] of members) {
    if (Object.hasOwn(wanted, name)) throw invalid(`There are several ${name}.`);
    if (name === 'access') {
      const access = ACCESS_VALUES.find((known) => known === value);
      if (!access) throw invalid(`access is ${ACCESS_VALUES.join(' or ')}.`);
      wanted.access = access;
    } else if (name === 'lifetime_s') {
      const isLifetime =
        typeof value === 'number' &&
        Number.isInteger(value) &&
        value >= MIN_LIFETIME_S &&
        value <= MAX_LIFETIME_S;
      if (!isLifetime) {
        throw invalid(`lifetime_s is a whole number from ${MIN_LIFETIME_S} to ${MAX_LIFETIME_S}.`);
      }
      wanted.lifetime_s = value;
    } else if (name === 'one_time') {
      if (typeof value !== 'boolean') throw invalid('one_time is true or false.');
      wanted.one_time = value;
    } else {
      throw invalid('Only access, lifetime_s and one_time can be asked for.');
    }
  }
  return wanted;
}

/** A request for a token. */
export interface Asked {
  readonly request: Request;
  readonly clock: Clock;
  /** What a framework made of the body; undefined where nothing has read it. */
  readonly body?: unknown;
  /** In the place of the stream of the request. */
  readonly readBody?: ReadBody | undefined;
}

function membersOfQuery({ url }: Request): Members {
  return url.includes('?') ? [...new URL(url).searchParams] : [];
}

/**
 * The token that a request asks for, in the query of a GET or the JSON of a POST; what it leaves open is as the ceiling has it.
 * @throws EndpointRefusal for what cannot be read, and for more than the ceiling
 */
export async function readWanted(asked: Asked, ceiling: TokenOptions): Promise<TokenOptions> {
  const { request } = asked;
  const query = membersOfQuery(request);
  const isPost = request.method === 'POST';
  if (isPost && query.length > 0) {
    throw invalid('A POST names its options in a JSON body, not in the query.');
  }
  const wanted = readMembers(
    isPost
      ? await membersOfBody(asked)
      : query.map(([name, text]) => [name, fromQuery(name, String(text))] as const),
  );
  const options: TokenOptions = {
    access: wanted.access ?? ceiling.access,
    lifetimeS: wanted.lifetime_s ?? ceiling.lifetimeS,
    oneTime: wanted.one_time ?? ceiling.oneTime,
  };
  const isAbove =
    (options.access === 'readwrite' && ceiling.access !== 'readwrite') ||
    options.lifetimeS > ceiling.lifetimeS ||
    (!options.oneTime && ceiling.oneTime);
  if (isAbove) throw new EndpointRefusal('above_ceiling');
  return options;
}
