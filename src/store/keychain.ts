import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../context/clock';
import type { KeyStore } from '../context/vault';
import { parseApiKey } from '../core/api-key';
import type { Environment } from '../core/environment';
import type { ErrorCode } from '../core/error-codes';
import { CliError, toCliError } from '../core/errors';

/** What a person waits for a keychain at most. */
const PATIENCE_MS = 3000;
const SERVICE = 'vstoken';
/** Seen from here as well as from the bundle's folder. */
const HELPER = '../../bin/keychain.js';

export interface KeychainOptions {
  /** The Node.js that runs the helper. */
  readonly node: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  randomId(): string;
}

type Request =
  | { readonly op: 'get' | 'delete'; readonly account: string }
  | { readonly op: 'set'; readonly account: string; readonly secret: string };

const FAILURES: Readonly<Record<string, readonly [ErrorCode, message: string, hint: string]>> = {
  missing: [
    'keychain_absent',
    'The keychain cannot be reached: the optional package @napi-rs/keyring is not installed here.',
    'Install vocalstack-token with its optional packages, or choose: vstoken login --store passphrase',
  ],
  absent: [
    'keychain_absent',
    'There is no keychain here: no secret service answers, or it has no keyring.',
    'On a server or in a container choose: vstoken login --store passphrase. Or set VOCALSTACK_API_KEY.',
  ],
  locked: [
    'keychain_locked',
    'The keychain is locked.',
    'Unlock it, by logging in to the desktop or with gnome-keyring-daemon --unlock, and try again.',
  ],
  frozen: [
    'keychain_frozen',
    `The keychain did not answer within ${PATIENCE_MS / 1000} seconds.`,
    'See whether it waits for an answer in a window of its own; restart it otherwise.',
  ],
  failed: [
    'keychain_failed',
    'The keychain refused.',
    'Try again, or choose another store: vstoken login --store passphrase',
  ],
};

function failure(reason: string): CliError {
  const [code, message, hint] = FAILURES[reason] ?? FAILURES['failed'] ?? [];
  return new CliError(code ?? 'keychain_failed', message ?? '', { hint });
}

/** Whether the keychain answered that it keeps nothing. */
function isRefusal(error: unknown): boolean {
  const { code } = toCliError(error);
  return code === 'keychain_absent' || code === 'keychain_locked';
}

/** Keys in the keychain of the operating system, an entry for each login. */
export function createKeychain(options: KeychainOptions): KeyStore {
  const { randomId } = options;
  const ask = (request: Request) => askHelper(options, request);
  /** Sets an entry, and takes it back when what follows fails: a helper that is given up may have set it all the same. */
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
      // A keychain without a keyring answers a question, and refuses to keep anything.
      const account = `probe-${randomId()}`;
      await setThen(account, 'probe', () => ask({ op: 'delete', account }));
    },
    reserve: ({ profile }) => ({ account: `${profile}-${randomId()}` }),
    async keep(_place, key, { account = '' }) {
      return setThen(account, key.reveal(), async () => {
        // Asked by a new process: some accept a key and do not have it.
        if ((await ask({ op: 'get', account })) !== key.reveal()) throw failure('failed');
        return { account };
      });
    },
    async read({ profile }, { account = '' }) {
      const found = await ask({ op: 'get', account });
      if (found !== null) return parseApiKey(found, 'The keychain');
      throw new CliError(
        'no_key',
        `Not logged in: the keychain has no key for the profile ${profile}.`,
        {
          hint: `vstoken login --profile ${profile}`,
        },
      );
    },
    async remove({ account }) {
      if (account !== undefined) await ask({ op: 'delete', account });
    },
  };
}

/** @throws CliError the keychain's codes; the signal's reason */
function askHelper(
  { node, env, clock, signal }: KeychainOptions,
  request: Request,
): Promise<string | null> {
  // What was kept in vain is taken back, also when the program was told to stop meanwhile.
  const isTakingBack = request.op === 'delete' && signal.aborted;
  if (!isTakingBack) signal.throwIfAborted();
  const child = spawn(node, [fileURLToPath(new URL(HELPER, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: withoutOwn(env),
    windowsHide: true,
  });
  return new Promise((resolve, reject) => {
    const end = (reason: unknown) => {
      reject(reason);
      child.kill('SIGKILL');
    };
    const stop = () => end(signal.reason);
    const cancel = clock.timer(PATIENCE_MS, () => end(failure('frozen')));
    if (!isTakingBack) signal.addEventListener('abort', stop, { once: true });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    child.on('error', () => end(failure('failed')));
    child.on('close', () => {
      cancel();
      signal.removeEventListener('abort', stop);
      const { ok, value, reason } = readAnswer(answer);
      if (ok) resolve(value);
      else reject(failure(reason));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify({ service: SERVICE, ...request }));
  });
}

/** A child gets no key, and no option that would make Node load or open something. Windows knows no case of names. */
function withoutOwn(env: Environment): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !/^(VOCALSTACK_|NODE_)/i.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

function readAnswer(text: string): {
  readonly ok: boolean;
  readonly value: string | null;
  readonly reason: string;
} {
  try {
    const { ok, value, reason } = JSON.parse(text);
    return { ok: ok === true, value: value ?? null, reason: String(reason) };
  } catch {
    return { ok: false, value: null, reason: 'failed' };
  }
}
