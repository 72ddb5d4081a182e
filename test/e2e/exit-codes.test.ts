import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/error-codes';
import { needs } from '../support/needs';
import { isOfExecutable } from '../support/program';
import { CASES } from './support/exit-cases';
import { type CaseFixtures, type Command, prepareCases } from './support/exit-runs';
import { BINARY, errorIn, runBinary, start } from './support/run-binary';
import { runHere } from './support/run-here';

/** Error codes that no test can cause on loopback, as `COMMAND CODE`, with the reason. */
const UNREACHED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['mint', 'test', 'verify', 'inspect', 'exec'].flatMap((command) => [
      [`${command} dns_failed`, 'asking for a name that does not exist leaves this machine'],
      [`${command} connection_failed`, 'loopback is always reachable'],
    ]),
  ),
  ...Object.fromEntries(
    ['mint', 'test', 'verify', 'inspect'].map((command) => [
      `${command} connection_lost`,
      'takes two intervals of ten seconds without a sign of life',
    ]),
  ),
  ...Object.fromEntries(
    ['mint', 'test', 'verify', 'exec', 'serve'].flatMap((command) =>
      ['keychain_locked', 'keychain_frozen', 'keychain_failed'].map((code) => [
        `${command} ${code}`,
        'takes a keychain: see keychain.test.ts',
      ]),
    ),
  ),
  ...Object.fromEntries(
    ['mint', 'test', 'verify', 'exec', 'serve'].flatMap((command) =>
      ['keychain_not_installed', 'keychain_broken'].map((code) => [
        `${command} ${code}`,
        'takes an installation with such a package: see package-places.test.ts',
      ]),
    ),
  ),
  ...Object.fromEntries(
    ['mint', 'test', 'verify', 'inspect', 'exec', 'serve', 'doctor', 'sandbox'].flatMap((command) =>
      ['not_enough_memory', 'too_many_open_files'].map((code) => [
        `${command} ${code}`,
        'takes a limit of its own: see shortage.test.ts',
      ]),
    ),
  ),
  'test stdin_unreadable': 'takes a stream of its own: see shortage.test.ts',
  'inspect stdin_unreadable': 'takes a stream of its own: see shortage.test.ts',
  'login config_locked': 'waits ten seconds: see store/config-file.test.ts',
  'doctor internal_error': 'takes a broken package, of which it needs no file but its own',
  'inspect internal_error': 'takes a broken package, in which inspect needs no file',
  'sandbox conflicting_options': 'no two of its options exclude each other',
};

/**
 * The cases that run in their own process: one case for each error code. The command differs from code to code. One case is
 * enough, because all commands return their exit code in the same way. The other cases run in this process, apart from those that
 * start a process themselves.
 */
const SPAWNED = new Set(
  ERROR_CODES.map((code, number) => {
    const own = CASES.filter((each) => each.code === code);
    // An executable loads the keychain package only from its own folder. The folder of this executable contains no such package,
    // so it fails with `keychain_not_installed` instead of `keychain_absent`.
    const isPossible = !isOfExecutable || code !== 'keychain_absent';
    return isPossible ? own[number % own.length] : undefined;
  }),
);

describe.concurrent('the exit and error codes', needs('openssl', 'script'), () => {
  let fixtures: CaseFixtures | undefined;
  beforeAll(async () => {
    fixtures = await prepareCases();
  });
  afterAll(() => fixtures?.close());

  it.each(CASES)('vstoken $command ends with $code', async (given) => {
    const { command, code, exit, run } = given;
    if (!fixtures) throw new Error('no fixtures');
    const runLine = SPAWNED.has(given) ? runBinary : runHere;
    const result = await run(command, { ...fixtures, runLine });
    expect(result.code).toBe(exit);
    // `serve` and `sandbox` have succeeded if a signal stops them, so they print no error.
    const isUsualEnd = ['serve', 'sandbox'].includes(command) && exit >= 130;
    if (isUsualEnd) expect(result.err).toMatch(/^Stopped: /m);
    else expect(errorIn(result)).toMatchObject({ code, exit });
  });
});

/** Returns the error codes of a command with their exit codes, as `explain` lists them. */
async function listedBy(command: Command): Promise<readonly (readonly [string, number])[]> {
  const { out } = await runBinary(['explain', '--command', command, '--json']);
  const { codes }: { codes: readonly { code: string; exit: number }[] } = JSON.parse(out);
  return codes.map(({ code, exit }) => [code, exit]);
}

describe('vstoken explain --command', () => {
  it.each(['mint', 'test', 'verify', 'inspect', 'exec', 'serve', 'doctor', 'sandbox'] as const)(
    'lists for %s the codes that these tests cause, and those that no test can cause',
    async (command) => {
      const listed = await listedBy(command);
      expect(listed.length).toBeGreaterThan(10);
      const own = CASES.filter((each) => each.command === command);
      const reached = new Set(own.map(({ code }) => code as string));
      const missing = listed.map(([code]) => code).filter((code) => !reached.has(code));
      const named = Object.keys(UNREACHED)
        .filter((name) => name.startsWith(`${command} `))
        .map((name) => name.slice(command.length + 1));
      expect(missing.sort()).toEqual(named.sort());
      const exits = new Map(listed);
      for (const { code, exit } of own) {
        expect({ code, exit: exits.get(code) }).toEqual({ code, exit });
      }
    },
  );

  it('every exit code of the contract is caused by a test', () => {
    const reached = new Set(CASES.map(({ exit }) => exit));
    expect([...reached].sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 126, 127, 130, 143,
    ]);
  });

  it('every error code of the program is caused by a test, or has a reason why not', () => {
    const known = new Set([
      ...CASES.map(({ code }) => code),
      ...Object.keys(UNREACHED).map((name) => name.split(' ')[1]),
      'unknown_command',
    ]);
    expect(ERROR_CODES.filter((code) => !known.has(code))).toEqual([]);
  });
});

describe('vstoken before it runs a command', () => {
  it('exits with 2 if the command is unknown', async () => {
    const result = await runBinary(['mints', '--json']);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(errorIn(result)).toMatchObject({ code: 'unknown_command', exit: 2 });
    expect(errorIn(result).hint).toContain('vstoken mint');
  });

  it.each(['18.20.8', '20.18.3', '21.7.3', '22.12.0', '23.4.0'])(
    'exits with 1 and prints one line if Node.js is too old: %s',
    needs('package'),
    async (version) => {
      const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
      const load = `data:text/javascript,${encodeURIComponent(old)}`;
      const result = await start(process.execPath, ['--import', load, BINARY, 'mint']).done;
      const err = `vstoken needs Node.js 20.19 or a later 20.x, 22.13 or a later 22.x, or 23.5 or later. This is ${version}.\n`;
      expect(result).toEqual({ code: 1, signal: null, out: '', err });
    },
  );
});
