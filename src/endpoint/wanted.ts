import {
  ACCESS_VALUES,
  type Access,
  MAX_LIFETIME_S,
  MIN_LIFETIME_S,
  type TokenOptions,
} from '../core/token';
import { type Asked, invalid, type Members, membersOfBody } from './body';
import { EndpointRefusal } from './refusal';

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
