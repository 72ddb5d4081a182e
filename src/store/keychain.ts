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
import { type KeychainTrouble, keychainError, PATIENCE_MS } from './keychain-failures';

const SERVICE = 'vstoken';
/** The same relative path works from this file and from the folder of the bundle. */
const HELPER = '../../bin/keychain.js';

export interface HelperOptions {
  /** The path of the Node.js that runs the helper. */
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

/** Errors after which it is certain that no keychain has stored anything. */
const REFUSALS: readonly string[] = [
  'keychain_absent',
  'keychain_locked',
  'keychain_not_installed',
  'keychain_broken',
];

const isRefusal = (error: unknown) => REFUSALS.includes(toCliError(error).code);

/**
 * Loads the keychain package in a separate process, to check it. No keychain is opened.
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

/** Stores keys in the keychain of the operating system, with an entry for each login. */
export function createKeychain(options: KeychainOptions): KeyStore {
  const { randomId } = options;
  const ask = (request: Request) => askHelper(options, request);
  /** Sets an entry, and removes it if a later step fails. A helper that timed out may still have set it. */
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
      // A keychain without a keyring answers queries, and fails to store anything.
      const account = `probe-${randomId()}`;
      await setThen(account, 'probe', () => ask({ op: 'delete', account }));
    },
    reserve: ({ profile }) => ({ account: `${profile}-${randomId()}` }),
    async keep(_binding, key, { account = '' }) {
      return setThen(account, key.reveal(), async () => {
        // Read back by a new process: some keychains accept a key and lose it.
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

/** @throws CliError of the keychain; the signal's reason */
function askHelper(
  { node, env, clock, signal }: HelperOptions,
  request: Request,
): Promise<unknown> {
  // Remove the entry also if the program was interrupted meanwhile.
  const isTakingBack = request.op === 'delete' && signal.aborted;
  if (!isTakingBack) signal.throwIfAborted();
  const helper = helperProcess('keychain', fileURLToPath(new URL(HELPER, import.meta.url)));
  const child = spawn(node, helper.args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...withoutOwn(env), ...helper.env },
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
    // If the system has too few file descriptors, the child has no pipes.
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    child.on('error', (error) => end(shortageOf(error) ?? keychainError({ reason: 'failed' })));
    child.on('close', () => {
      cancel();
      signal.removeEventListener('abort', stop);
      const { ok, value, ...trouble } = readAnswer(answer);
      if (ok === true) resolve(value);
      else reject(keychainError(trouble));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(JSON.stringify({ service: SERVICE, ...request }));
  });
}

/**
 * The child gets no key, and no variable that makes Node.js or the package load other code. On Windows names are
 * case-insensitive.
 */
function withoutOwn(env: Environment): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !/^(VOCALSTACK_|NODE_|NAPI_RS_)/i.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

interface Answer extends KeychainTrouble {
  readonly ok: boolean;
  readonly value?: unknown;
}

/** A process that exits without an answer has crashed, for example because of a damaged library. */
function readAnswer(text: string): Answer {
  try {
    const answer = parseJson(text) as Readonly<Record<string, unknown>>;
    const { ok, value, reason, why, path } = answer;
    return { ok: ok === true, value, reason: String(reason), why: String(why), path: String(path) };
  } catch {
    return { ok: false, reason: 'broken', why: 'crashed' };
  }
}
