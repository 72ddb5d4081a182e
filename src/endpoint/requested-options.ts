import {
  ACCESS_VALUES,
  type Access,
  MAX_LIFETIME_S,
  MIN_LIFETIME_S,
  type TokenOptions,
} from '../core/token';
import { invalid, type Members, membersOfBody, type TokenRequest } from './body';
import { EndpointRefusal } from './refusal';

/** Converts a text of the query to the number or boolean that it contains. Reason: a query contains only texts. */
function fromQuery(name: string, text: string): unknown {
  if (name === 'lifetime_s' && /^\d{1,3}$/.test(text)) return Number(text);
  if (name === 'one_time' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

interface RequestedOptions {
  access?: Access;
  lifetime_s?: number;
  one_time?: boolean;
}

function readMembers(members: readonly (readonly [string, unknown])[]): RequestedOptions {
  const requested: RequestedOptions = {};
  for (const [name, value] of members) {
    if (Object.hasOwn(requested, name)) throw invalid(`${name} must be given once.`);
    if (name === 'access') {
      const access = ACCESS_VALUES.find((known) => known === value);
      if (!access) throw invalid(`access must be ${ACCESS_VALUES.join(' or ')}.`);
      requested.access = access;
    } else if (name === 'lifetime_s') {
      const isLifetime =
        typeof value === 'number' &&
        Number.isInteger(value) &&
        value >= MIN_LIFETIME_S &&
        value <= MAX_LIFETIME_S;
      if (!isLifetime) {
        throw invalid(
          `lifetime_s must be a whole number from ${MIN_LIFETIME_S} to ${MAX_LIFETIME_S}.`,
        );
      }
      requested.lifetime_s = value;
    } else if (name === 'one_time') {
      if (typeof value !== 'boolean') throw invalid('one_time must be true or false.');
      requested.one_time = value;
    } else {
      throw invalid('Unknown option. A request can have access, lifetime_s and one_time.');
    }
  }
  return requested;
}

function membersOfQuery({ url }: Request): Members {
  return url.includes('?') ? [...new URL(url).searchParams] : [];
}

/**
 * Returns an error message if an option allows more than the endpoint's maximum in `ceiling`. Null if all options are allowed.
 */
function aboveCeiling(options: TokenOptions, ceiling: TokenOptions): string | null {
  if (options.access === 'readwrite' && ceiling.access !== 'readwrite') {
    return `access=readwrite is above this endpoint's maximum of ${ceiling.access}.`;
  }
  if (options.lifetimeS > ceiling.lifetimeS) {
    return `lifetime_s=${options.lifetimeS} is above this endpoint's maximum of ${ceiling.lifetimeS}.`;
  }
  if (!options.oneTime && ceiling.oneTime) {
    return 'one_time=false is not allowed: this endpoint mints one-time tokens only.';
  }
  return null;
}

/**
 * Reads the token options from the query of a GET or the JSON body of a POST. If the request does not contain an option, its
 * value is the maximum in `ceiling`.
 * @throws EndpointRefusal `invalid_options`, `above_ceiling`
 */
export async function readRequestedOptions(
  asked: TokenRequest,
  ceiling: TokenOptions,
): Promise<TokenOptions> {
  const { request } = asked;
  const query = membersOfQuery(request);
  const isPost = request.method === 'POST';
  if (isPost && query.length > 0) {
    throw invalid('The options of a POST must be in a JSON body, not in the query.');
  }
  const requested = readMembers(
    isPost
      ? await membersOfBody(asked)
      : query.map(([name, text]) => [name, fromQuery(name, String(text))] as const),
  );
  const options: TokenOptions = {
    access: requested.access ?? ceiling.access,
    lifetimeS: requested.lifetime_s ?? ceiling.lifetimeS,
    oneTime: requested.one_time ?? ceiling.oneTime,
  };
  const message = aboveCeiling(options, ceiling);
  if (message !== null) throw new EndpointRefusal('above_ceiling', { message });
  return options;
}
