import { CliError } from '../core/errors';
import { DEFAULT_API_SERVER, parseApiServer } from '../core/origin';
import { type Secret, secret } from '../core/secret';
import { isToken, type TokenOptions } from '../core/token';
import type { EndpointRules } from '../endpoint/rules';
import type { MintedToken } from './mint-token';
import { invalid, readApiKey, readTimeout, requireFunction } from './options';
import { openService } from './service';

/** To mint with a key. */
export interface KeyOptions {
  /** The secret key of your account, or a function that returns it, which is called at the first request. */
  readonly apiKey: string | (() => string | PromiseLike<string>);
  /** Default: `https://api.vocalstack.com`. */
  readonly apiServer?: string | undefined;
  /** How long the service may take for a token, in milliseconds. Default: 10000. */
  readonly timeoutMs?: number | undefined;
}

/** To mint with a function of yours. */
export interface MintOptions {
  /**
   * Mints one token, for instance with a key that is fetched for it, within 10 s. What it throws is answered with 500, a
   * TokenError with 502, and with 503 where the service was overloaded.
   */
  readonly mint: (
    wanted: TokenOptions & { readonly signal: AbortSignal },
  ) => PromiseLike<Pick<MintedToken, 'token' | 'issuedAt'>>;
}

const TIMEOUT_MS = 10_000;

/** @throws CliError `invalid_value`, `key_empty`, `key_malformed`, `invalid_server`, `insecure_server` */
export function createMint(
  options: KeyOptions | MintOptions,
): Pick<EndpointRules, 'mint'> & { readonly mintMs: number } {
  if ('mint' in options) {
    const { mint } = options;
    requireFunction('mint', mint);
    return {
      mintMs: TIMEOUT_MS,
      async mint(wanted, signal) {
        const { token, issuedAt } = await mint({ ...wanted, signal });
        if (!isToken(token)) throw new Error('what mint returned is no token');
        return { token: secret(token), sentAt: issuedAt.getTime() };
      },
    };
  }
  const key = createKeyReader(options.apiKey);
  const mintMs = readTimeout(options.timeoutMs, TIMEOUT_MS);
  const apiServer = parseApiServer(options.apiServer ?? DEFAULT_API_SERVER, 'The option apiServer');
  const openApi = openService(apiServer);
  return {
    mintMs,
    async mint(wanted, signal, end) {
      const read = await key.read(signal);
      try {
        return await openApi(signal, end).mintToken(read, wanted);
      } catch (error) {
        if (error instanceof CliError && error.code === 'key_refused') key.forget();
        throw error;
      }
    },
  };
}

interface KeyReader {
  /** @throws CliError `key_empty`, `key_malformed`, and what the function throws */
  read(signal: AbortSignal): Secret | Promise<Secret>;
  /** Lets the next request ask again, as after the key was replaced. */
  forget(): void;
}

function createKeyReader(apiKey: unknown): KeyReader {
  if (typeof apiKey === 'string') {
    const key = readApiKey(apiKey);
    return { read: () => key, forget: () => {} };
  }
  if (typeof apiKey !== 'function') {
    throw invalid('The option apiKey takes a text, or a function that returns one.');
  }
  let known: Secret | undefined;
  let reading: Promise<Secret> | undefined;
  const forget = () => {
    known = undefined;
    reading = undefined;
  };
  return {
    read(signal) {
      if (known) return known;
      reading ??= Promise.resolve()
        .then(() => apiKey())
        .then(readApiKey);
      const own = reading;
      // One that failed, or has not answered by the deadline, is asked again.
      const drop = () => {
        if (reading === own) forget();
      };
      signal.addEventListener('abort', drop, { once: true });
      own.then((key) => {
        if (reading === own) known = key;
      }, drop);
      return own;
    },
    forget,
  };
}
