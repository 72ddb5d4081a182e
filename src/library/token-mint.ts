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

/** To mint with a key. */
export interface KeyOptions {
  /** The secret key of your account, or a function that returns it, which is called at the first request. */
  readonly apiKey: string | (() => string | PromiseLike<string>);
  /** Default: `https://api.vocalstack.com`. */
  readonly apiServer?: string | URL | undefined;
  /** How long the service may take for a token, in milliseconds. Default: 10000. */
  readonly timeoutMs?: number | undefined;
  readonly mint?: undefined;
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
    if (ignored) throw invalid(`The option ${ignored} has no meaning beside mint.`);
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

/** @throws Error for what a caller without types can return; it has no word of it */
function readMinted(minted: Partial<Pick<MintedToken, 'token' | 'issuedAt'>> | undefined): Grant {
  const { token, issuedAt } = minted ?? {};
  const sentAt = Number(issuedAt?.getTime?.());
  // A time that Date does not know makes an answer impossible.
  if (typeof token !== 'string' || !isToken(token) || Number.isNaN(sentAt)) {
    throw new Error('mint has to return { token, issuedAt }, a token and a Date');
  }
  return { token: secret(token), sentAt };
}

/** An error of another function of the package is answered by its code. */
function answeredError(thrown: unknown): unknown {
  if (!isTokenError(thrown)) return thrown;
  const { code, message, httpStatus, retryAfterMs } = thrown;
  return isSharedCode(code)
    ? new CliError(code, message, { httpStatus, retryAfterMs, cause: thrown })
    : thrown;
}

/** What the application gets of an error: its own as it threw it, ours as every function of the package throws it. */
export function shownError(thrown: unknown): unknown {
  if (!(thrown instanceof CliError)) return thrown;
  return isTokenError(thrown.cause) ? thrown.cause : toTokenError(thrown);
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
