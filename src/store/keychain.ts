import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../context/clock';
import type { FoundPackage } from '../context/probes';
import type { KeyStore } from '../context/vault';
import { parseApiKey } from '../core/api-key';
import type { Environment } from '../core/environment';
import { CliError, shortageOf, toCliError } from '../core/errors';
import { helperProcess } from '../core/helper-process';
import { parseJson } from '../core/parse-json';
import { type KeychainFailure, keychainError, PATIENCE_MS } from './keychain-failures';

const SERVICE = 'vstoken';
/** The path of the helper program. The same relative path is correct from this file and from the folder of the bundle. */
const HELPER = '../../bin/keychain.js';

export interface HelperOptions {
  /** The path of the Node.js executable that runs bin/keychain.js. */
  readonly node: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface KeychainOptions extends HelperOptions {
  randomId(): string;
}

type Request =
  | { readonly op: 'load' }
  | { readonly op: 'get' | 'delete'; readonly account: string }
  | { readonly op: 'set'; readonly account: string; readonly secret: string };

/** Error codes which prove that the keychain has stored nothing. */
const REFUSALS: readonly string[] = [
  'keychain_absent',
  'keychain_locked',
  'keychain_not_installed',
  'keychain_broken',
];

const isRefusal = (error: unknown) => REFUSALS.includes(toCliError(error).code);

/**
 * Checks that the keychain package can be loaded. Loads the package in a separate process and opens no keychain.
 * @throws CliError `keychain_not_installed`, `keychain_broken`, `keychain_frozen`, `keychain_failed`; the signal's reason
 */
export async function loadKeychainPackage(options: HelperOptions): Promise<FoundPackage> {
  const loaded = await askHelper(options, { op: 'load' });
  const { path, version } = (loaded ?? {}) as {
    readonly path?: unknown;
    readonly version?: unknown;
  };
  return { path: String(path), version: typeof version === 'string' ? version : null };
}

/** Creates the store that keeps keys in the keychain of the operating system. Each login creates a new entry. */
export function createKeychain(options: KeychainOptions): KeyStore {
  const { randomId } = options;
  const ask = (request: Request) => askHelper(options, request);
  /**
   * Creates an entry, then runs `next`. If `next` fails, deletes the entry. If creating the entry fails, also tries to delete the
   * entry, unless the error is one of `REFUSALS`. Reason: after a timeout, for example, the entry may exist.
   */
  const setThen = async <Value>(
    account: string,
    secret: string,
    next: () => Promise<Value>,
  ): Promise<Value> => {
    let isSet = false;
    try {
      await ask({ op: 'set', account, secret });
      isSet = true;
      return await next();
    } catch (error) {
      if (isSet || !isRefusal(error)) await ask({ op: 'delete', account }).catch(() => undefined);
      throw error;
    }
  };

  return {
    kind: 'keychain',
    async requireUsable() {
      // Store a test entry. Reason: a keychain service that has no keyring answers queries, but cannot store anything.
      const account = `probe-${randomId()}`;
      await setThen(account, 'probe', () => ask({ op: 'delete', account }));
    },
    reserve: ({ profile }) => ({ account: `${profile}-${randomId()}` }),
    async keep(_binding, key, { account = '' }) {
      return setThen(account, key.reveal(), async () => {
        // Read the key back in a new process, because some keychains accept a key and lose it.
        if ((await ask({ op: 'get', account })) !== key.reveal())
          throw keychainError({ reason: 'failed' });
        return { account };
      });
    },
    async read({ profile }, { account = '' }) {
      const found = await ask({ op: 'get', account });
      if (typeof found === 'string') return parseApiKey(found, 'The keychain');
      throw new CliError('no_key', `The keychain has no key for the profile ${profile}.`, {
        hint: `vstoken login --profile ${profile}`,
      });
    },
    async remove({ account }) {
      if (account !== undefined) await ask({ op: 'delete', account });
    },
  };
}

/**
 * Runs bin/keychain.js with one request and returns its answer.
 * @throws CliError of the keychain; the signal's reason
 */
function askHelper(
  { node, env, clock, signal }: HelperOptions,
  request: Request,
): Promise<unknown> {
  // After an interruption, only `delete` still runs. It removes an entry that this process has created.
  const isTakingBack = request.op === 'delete' && signal.aborted;
  if (!isTakingBack) signal.throwIfAborted();
  const helper = helperProcess('keychain', fileURLToPath(new URL(HELPER, import.meta.url)));
  const child = spawn(node, helper.args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...environmentForHelper(env), ...helper.env },
    windowsHide: true,
  });
  return new Promise((resolve, reject) => {
    const end = (reason: unknown) => {
      reject(reason);
      child.kill('SIGKILL');
    };
    const stop = () => end(signal.reason);
    const cancel = clock.timer(PATIENCE_MS, () => end(keychainError({ reason: 'frozen' })));
    if (!isTakingBack) signal.addEventListener('abort', stop, { once: true });
    let answer = '';
    // `stdout` is missing if the system has too few file descriptors.
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    child.on('error', (error) => end(shortageOf(error) ?? keychainError({ reason: 'failed' })));
    child.on('close', () => {
      cancel();
      signal.removeEventListener('abort', stop);
      const { ok, value, ...failure } = readAnswer(answer);
      if (ok === true) resolve(value);
      else reject(keychainError(failure));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(JSON.stringify({ service: SERVICE, ...request }));
  });
}

/**
 * Returns the environment for the helper process. Removes the variables of vstoken, because they may contain keys. Also removes
 * variables that make Node.js or the package load other code. Ignores the case of names, as Windows does.
 */
function environmentForHelper(env: Environment): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !/^(VOCALSTACK_|NODE_|NAPI_RS_)/i.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

interface Answer extends KeychainFailure {
  readonly ok: boolean;
  readonly value?: unknown;
}

/**
 * Parses the answer of the helper. A helper that ends without an answer has crashed, for example because of a damaged library.
 */
function readAnswer(text: string): Answer {
  try {
    const answer = parseJson(text) as Readonly<Record<string, unknown>>;
    const { ok, value, reason, why, path } = answer;
    return { ok: ok === true, value, reason: String(reason), why: String(why), path: String(path) };
  } catch {
    return { ok: false, reason: 'broken', why: 'crashed' };
  }
}
