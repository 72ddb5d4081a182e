import { CliError } from '../core/errors';
import { invalid, requireFunction } from '../core/named-options';
import { type Secret, secret } from '../core/secret';
import { isToken, type TokenOptions } from '../core/token';
import { isTokenError, toTokenError } from '../core/token-error';
import { isSharedCode } from '../core/token-hints';
import type { Grant } from '../endpoint/answer';
import type { EndpointRules } from '../endpoint/rules';
import type { MintedToken } from './mint-token';
import { readApiKey, readApiServer, readTimeout } from './options';
import { openMint } from './service';

/** Options for minting with a key. */
export interface KeyOptions {
  /**
   * The API key of your account, or a function that returns it. The function is called at the first request. If the service
   * refuses the key, the function is called again at the next request.
   */
  readonly apiKey: string | (() => string | PromiseLike<string>);
  /** The API server. Default: `https://api.vocalstack.com`. */
  readonly apiServer?: string | URL | undefined;
  /** The time limit for minting a token, in milliseconds. Default: 10000. */
  readonly timeoutMs?: number | undefined;
  readonly mint?: undefined;
}

/** Options for minting with your own function. */
export interface MintOptions {
  /**
   * Mints one token within 10 s, for example with a key that the function fetches. If the function throws a TokenError, the
   * client gets 502, or 503 if the service is overloaded. For any other error, the client gets 500.
   */
  readonly mint: (
    wanted: TokenOptions & { readonly signal: AbortSignal },
  ) => PromiseLike<Pick<MintedToken, 'token' | 'issuedAt'>>;
  readonly apiKey?: undefined;
  readonly apiServer?: undefined;
  readonly timeoutMs?: undefined;
}

const TIMEOUT_MS = 10_000;
const KEY_NAMES = ['apiKey', 'apiServer', 'timeoutMs'] as const;
export const MINT_NAMES = [...KEY_NAMES, 'mint'];

/** @throws CliError `invalid_value`, `key_empty`, `key_malformed`, `invalid_server`, `insecure_server` */
export function createMint(
  options: KeyOptions | MintOptions,
): Pick<EndpointRules, 'mint'> & { readonly mintMs: number } {
  if (options.mint !== undefined) {
    const { mint } = options;
    requireFunction('mint', mint);
    const ignored = KEY_NAMES.find((name) => options[name] !== undefined);
    if (ignored) throw invalid(`The option ${ignored} cannot be used with the option mint.`);
    return {
      mintMs: TIMEOUT_MS,
      async mint(wanted, signal) {
        try {
          return readMinted(await mint({ ...wanted, signal }));
        } catch (error) {
          throw answeredError(error);
        }
      },
    };
  }
  const key = createKeyReader(options.apiKey);
  const mintMs = readTimeout(options.timeoutMs, TIMEOUT_MS);
  const mintWith = openMint(readApiServer(options.apiServer));
  return {
    mintMs,
    async mint(wanted, signal, end) {
      const read = await key.read(signal);
      try {
        return await mintWith(read, wanted, signal, end);
      } catch (error) {
        if (error instanceof CliError && error.code === 'key_refused') key.forget();
        throw error;
      }
    },
  };
}

/**
 * Checks the result of the application's `mint`.
 * @throws Error if the result is invalid. The error does not quote the result.
 */
function readMinted(minted: Partial<Pick<MintedToken, 'token' | 'issuedAt'>> | undefined): Grant {
  const { token, issuedAt } = minted ?? {};
  const sentAt = Number(issuedAt?.getTime?.());
  // Check the Date too, so that the error names `mint`. Otherwise an invalid Date would cause an error later.
  if (typeof token !== 'string' || !isToken(token) || Number.isNaN(sentAt)) {
    throw new Error('mint must return { token, issuedAt }: a token and a Date');
  }
  return { token: secret(token), sentAt };
}

/** Converts a TokenError of the application's `mint` into a CliError, so that the client gets the code of that error. */
function answeredError(thrown: unknown): unknown {
  if (!isTokenError(thrown)) return thrown;
  const { code, message, httpStatus, retryAfterMs } = thrown;
  return isSharedCode(code)
    ? new CliError(code, message, { httpStatus, retryAfterMs, cause: thrown })
    : thrown;
}

/**
 * Returns the error for the application's `onError`. An error of the application is returned unchanged. Any other error becomes a
 * TokenError.
 */
export function shownError(thrown: unknown): unknown {
  if (!(thrown instanceof CliError)) return thrown;
  return isTokenError(thrown.cause) ? thrown.cause : toTokenError(thrown);
}

interface KeyReader {
  /** Returns the API key. @throws CliError `key_empty`, `key_malformed`; the error of the application's function */
  read(signal: AbortSignal): Secret | Promise<Secret>;
  /**
   * Forgets the key after the service refused it, because the key may have been replaced. The next request calls the
   * application's function again.
   */
  forget(): void;
}

function createKeyReader(apiKey: unknown): KeyReader {
  if (typeof apiKey === 'string') {
    const key = readApiKey(apiKey);
    return { read: () => key, forget: () => {} };
  }
  if (typeof apiKey !== 'function') {
    throw invalid('The option apiKey must be a string, or a function that returns one.');
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
      // If the application's function fails or does not answer in time, the next request for a token calls that function again.
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
