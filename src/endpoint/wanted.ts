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
import { EndpointRefusal } from './refusal';

export const MAX_BODY_BYTES = 64 * 1024;

const invalid = (message: string) => new EndpointRefusal('invalid_options', { message });
const tooLarge = () => new EndpointRefusal('body_too_large');

/** @throws EndpointRefusal before anything of a body is read that says itself that it is too large */
export function requireSmallBody(request: Request): void {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/** For all of a body, in milliseconds. */
const BODY_MS = 5000;

/** @throws EndpointRefusal for a body that takes longer than BODY_MS, has more than MAX_BODY_BYTES, or is not UTF-8 */
async function readText(request: Request, clock: Clock): Promise<string> {
  if (request.bodyUsed) throw new Error('the body was read before the handler got it');
  const reader = request.body?.getReader();
  if (!reader) return '';
  const late = new AbortController();
  const cancelTimer = clock.timer(BODY_MS, () =>
    late.abort(new EndpointRefusal('request_timeout')),
  );
  try {
    return await orStop(readAll(reader), late.signal);
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    cancelTimer();
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    size += value?.length ?? 0;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    try {
      text += decoder.decode(value, { stream: !done });
    } catch {
      throw invalid('The body is not UTF-8.');
    }
    if (done) return text;
  }
}

/** A page can send any other type to any server without being asked whether it may. */
const JSON_TYPE = /^application\/json *(;|$)/i;
const notJson = () => new EndpointRefusal('unsupported_media_type');

async function membersOfBody(
  request: Request,
  clock: Clock,
): Promise<readonly (readonly [string, unknown])[]> {
  const type = request.headers.get('content-type');
  if (type !== null && !JSON_TYPE.test(type)) throw notJson();
  const text = await readText(request, clock);
  if (text === '') return [];
  if (type === null) throw notJson();
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw invalid('The body is not JSON.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalid('The body has to be a JSON object.');
  }
  return Object.entries(value);
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

/**
 * The token that a request asks for, in the query of a GET or the JSON of a POST; what it leaves open is as the ceiling has it.
 * @throws EndpointRefusal for what cannot be read, and for more than the ceiling
 */
export async function readWanted(
  request: Request,
  ceiling: TokenOptions,
  clock: Clock,
): Promise<TokenOptions> {
  const query = [...new URL(request.url).searchParams];
  if (request.method === 'POST' && query.length > 0) {
    throw invalid('A POST names its options in a JSON body, not in the query.');
  }
  const wanted = readMembers(
    request.method === 'POST'
      ? await membersOfBody(request, clock)
      : query.map(([name, text]) => [name, fromQuery(name, text)] as const),
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
