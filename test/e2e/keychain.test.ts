import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { isOfExecutable } from '../support/program';
import { leaksOf } from './support/encodings';
import { errorIn, PROGRAM, type Result, ROOT, start } from './support/run-binary';

/** The programs that the tests of the real keychain need (Debian: dbus, gnome-keyring, libsecret-tools). */
const TOOLS = needs(
  'dbus-run-session',
  'dbus-send',
  'gnome-keyring-daemon',
  'secret-tool',
  'pgrep',
);

/** Returns a script that starts the keyring daemon, and waits until the daemon answers. */
const daemon = (unlocks: boolean) => `
gnome-keyring-daemon --foreground ${unlocks ? '--unlock < "$HOME/password"' : ''} --components=secrets >/dev/null 2>&1 & DAEMON=$!
trap 'kill -KILL $DAEMON' EXIT
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / \\
  org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q 'boolean true'
do :; done
`;
const UNLOCKED = daemon(true);
const LOCKED = daemon(false);

/**
 * The command that starts the program. An executable loads packages only from its own folder, so the executable is copied to a
 * folder with the keychain package.
 */
let program: string;
let base: string;
let sandbox: RunningSandbox;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-keychain-'));
  program = PROGRAM.join(' ');
  if (isOfExecutable) {
    program = join(base, 'vstoken');
    copyFileSync(PROGRAM[0], program);
    cpSync(join(ROOT, 'node_modules/@napi-rs'), join(base, 'node_modules/@napi-rs'), {
      recursive: true,
    });
  }
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

/** Creates a user's home folder, with the password of the keyring. */
function newUser(name: string): string {
  const home = join(base, name);
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'password'), 'pass');
  return home;
}

const configOf = (home: string) => join(home, '.config/vstoken/config.json');

/** Runs a script with its own D-Bus message bus. */
function inSession(home: string, script: string, stdin = '') {
  return start('dbus-run-session', ['--', 'bash', '-c', script], {
    stdin,
    env: {
      HOME: home,
      XDG_RUNTIME_DIR: join(home, 'run'),
      VSTOKEN: program,
      VOCALSTACK_API_SERVER: sandbox.url,
    },
  });
}

const run = (home: string, script: string, stdin = '') => inSession(home, script, stdin).done;

async function logIn(home: string): Promise<Result> {
  return run(home, `${UNLOCKED} $VSTOKEN login --with-key --json`, sandbox.apiKey);
}

const codeIn = (result: Result) =>
  errorIn({
    err:
      result.err
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .at(-1) ?? '',
  });

describe("the system's real keychain", TOOLS, () => {
  it('S1 S7 is the only place that contains the key, and the key works until the logout removes it', async () => {
    const home = newUser('whole-way');
    const { code, out, err } = await run(
      home,
      `${UNLOCKED} set -e
       $VSTOKEN login --with-key
       secret-tool search --all service vstoken > "$HOME/found" 2>&1
       $VSTOKEN status --check
       $VSTOKEN mint
       $VSTOKEN test --mode read -q
       $VSTOKEN login --with-key -q < "$HOME/again"
       secret-tool search --all service vstoken > "$HOME/again-found" 2>&1
       $VSTOKEN logout
       secret-tool search --all service vstoken > "$HOME/left" 2>&1 || true`.replace(
        'set -e',
        `printf %s '${sandbox.apiKey}' > "$HOME/again"; set -e`,
      ),
      sandbox.apiKey,
    );
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('error:') });
    expect(out).toContain('Key stored in the keychain of this system');
    expect(out).toMatch(/^Protection: +keychain of this system/m);
    expect(out).toMatch(/^Service: +accepts the key$/m);
    expect(readFileSync(join(home, 'found'), 'utf8')).toContain(sandbox.apiKey);
    expect(readFileSync(join(home, 'again-found'), 'utf8').match(/^secret = /gm)).toHaveLength(1);
    expect(readFileSync(join(home, 'left'), 'utf8')).not.toContain('secret = ');
    expect(leaksOf(sandbox.apiKey, readFileSync(configOf(home), 'utf8') + out + err)).toEqual([]);
  });

  it('S5 causes different errors if it is locked, empty or absent, and only an empty one counts as logged out', async () => {
    const home = newUser('states');
    expect((await logIn(home)).code).toBe(0);
    const locked = await run(home, `${LOCKED} $VSTOKEN mint --json`);
    expect({ code: locked.code, error: codeIn(locked).code }).toEqual({
      code: 3,
      error: 'keychain_locked',
    });
    const absent = await start('bash', ['-c', `exec ${program} mint --json`], {
      env: { HOME: home, VOCALSTACK_API_SERVER: sandbox.url },
    }).done;
    expect(errorIn(absent)).toMatchObject({ code: 'keychain_absent', exit: 3 });
    const empty = await run(
      home,
      `${UNLOCKED} secret-tool clear service vstoken; $VSTOKEN mint --json`,
    );
    expect(codeIn(empty)).toMatchObject({
      code: 'no_key',
      exit: 4,
      message: 'The keychain has no key for the profile default.',
      hint: 'vstoken login --profile default',
    });
    for (const other of [locked, absent])
      expect(other.err).not.toMatch(/not logged in|has no key for|vstoken login --profile/i);
  });

  it('S6 causes a timeout if it does not answer, and Ctrl-C ends the wait', async () => {
    const home = newUser('frozen');
    expect((await logIn(home)).code).toBe(0);
    const frozen = await run(home, `${UNLOCKED} kill -STOP $DAEMON; $VSTOKEN mint --json`);
    expect({ code: frozen.code, error: codeIn(frozen).code }).toEqual({
      code: 3,
      error: 'keychain_frozen',
    });
    const stopped = await run(
      home,
      `${UNLOCKED} kill -STOP $DAEMON
       $VSTOKEN mint --json & PROGRAM=$!
       until pgrep -P $PROGRAM -f 'keychain[.]js|helper:keychain' >/dev/null; do :; done
       kill -TERM $PROGRAM; wait $PROGRAM`,
    );
    expect({ code: stopped.code, error: codeIn(stopped).code }).toEqual({
      code: 143,
      error: 'terminated',
    });
  });

  it('S2 is reported as absent if the Secret Service has no keyring', async () => {
    const home = newUser('no-keyring');
    const result = await run(home, `${LOCKED} $VSTOKEN login --with-key --json`, sandbox.apiKey);
    expect({ code: result.code, error: codeIn(result).code }).toEqual({
      code: 3,
      error: 'no_key_store',
    });
  });

  it("S4 is not replaced by the kernel's keyring if it is absent", async () => {
    const home = newUser('kernel');
    const { code } = await start('bash', ['-c', `${program} login --with-key`], {
      stdin: 'CanaryKey',
      env: { HOME: home },
    }).done;
    expect(code).toBe(3);
    expect(readFileSync('/proc/keys', 'utf8')).not.toMatch(/vstoken|keyring-rs/);
  });

  it('S16 causes an error if the logout fails, and the profile stays', async () => {
    const home = newUser('stuck');
    expect((await logIn(home)).code).toBe(0);
    const result = await run(home, `${LOCKED} $VSTOKEN logout --json`);
    expect({ code: result.code, out: result.out }).toEqual({ code: 3, out: '' });
    expect(readFileSync(configOf(home), 'utf8')).toContain('"keychain"');
  });

  it('S12 does not contain the key if the login is stopped before it is done', async () => {
    const home = newUser('stopped');
    const { code } = await run(
      home,
      `${UNLOCKED} mkdir -p -m 700 "$HOME/.config/vstoken"
       cat > "$HOME/key"
       $VSTOKEN login --with-key -q < "$HOME/key" & PROGRAM=$!
       until grep -q '"default-' "$HOME/.config/vstoken/config.json" 2>/dev/null; do :; done
       echo $$ > "$HOME/.config/vstoken/config.json.lock"
       until secret-tool search --all service vstoken 2>&1 | grep -q 'username = default'; do :; done
       kill -INT $PROGRAM; wait $PROGRAM; CODE=$?
       secret-tool search --all service vstoken > "$HOME/left" 2>&1
       exit $CODE`,
      sandbox.apiKey,
    );
    expect(code).toBe(130);
    expect(readFileSync(join(home, 'left'), 'utf8')).not.toContain('secret = ');
  });
});
