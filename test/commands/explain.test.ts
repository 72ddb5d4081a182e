import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMON_ERRORS } from '../../src/cli/common-errors';
import { COMMANDS } from '../../src/commands/index';
import { ERROR_CODES, exitCodeOf, meaningOf } from '../../src/core/error-codes';
import { type RunOptions, run } from '../support/run';
import { configFile, newConfigDir } from '../support/stored';

interface Explained {
  readonly code: string;
  readonly exit: number;
  readonly meaning: string;
  readonly causes: readonly string[];
  readonly fixes: readonly string[];
}

const EXITS = [...new Set([0, ...ERROR_CODES.map(exitCodeOf)])].sort((a, b) => a - b);

/** Whether a line is a command to copy. Such a line is never wrapped. */
const isCommand = (line: string) => /^ {6}\S/.test(line);

/** Returns a text in one line, with single spaces. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

const WIDE: RunOptions = { terminal: 'all', columns: 80 };
const NARROW: RunOptions = { terminal: 'all', columns: 40 };

describe('vstoken explain CODE', () => {
  it.each(ERROR_CODES)('explains %s, as JSON and as text of any width', async (code) => {
    const json = await run(`explain ${code} --json`);
    expect(json).toMatchObject({ code: 0, err: '' });
    const explained = json.json<Explained>();
    expect(explained).toEqual({
      code,
      exit: exitCodeOf(code),
      meaning: meaningOf(code),
      causes: expect.any(Array),
      fixes: expect.any(Array),
    });
    const { exit, meaning, causes, fixes } = explained;
    const texts = [...causes, ...fixes].map(flat);
    for (const options of [{}, WIDE, NARROW]) {
      const { code: status, out, err } = await run(`explain ${code}`, options);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      const shown = flat(out);
      expect(shown).toContain(`${code} (exit ${exit}): ${meaning}`);
      for (const text of texts) expect(shown).toContain(`- ${text}`);
      const columns = options.columns ?? Number.POSITIVE_INFINITY;
      const long = out.split('\n').filter((line) => line.length > columns);
      expect(long.filter((line) => columns === 80 || !isCommand(line))).toEqual([]);
    }
  });

  it('prints each command in a line of its own that is never wrapped', async () => {
    for (const options of [{}, WIDE, NARROW]) {
      const { out } = await run('explain no_token', options);
      expect(out).toMatch(/:\n {6}vstoken mint --access readwrite \| vstoken test --token-stdin\n/);
    }
  });

  it('wraps no line in a pipe', async () => {
    const { out } = await run('explain token_spent', { columns: 40 });
    expect(out.split('\n').some((line) => line.length > 100)).toBe(true);
  });
});

describe('vstoken explain EXIT', () => {
  it.each(EXITS.filter((exit) => ERROR_CODES.some((code) => exitCodeOf(code) === exit)))(
    'lists the codes that end with exit code %i',
    async (exit) => {
      const expected = ERROR_CODES.filter((code) => exitCodeOf(code) === exit);
      const { json } = await run(`explain ${exit} --json`);
      const document = json<{ exit: number; meaning: string; codes: readonly Explained[] }>();
      expect(document).toMatchObject({ exit, meaning: expect.any(String) });
      expect(document.codes.map(({ code }) => code)).toEqual(expected);
      const { out } = await run(`explain ${exit}`);
      expect(out.split('\n')[0]).toBe(`Exit ${exit}: ${document.meaning}`);
      const rows = [...out.matchAll(/^ +(\d+) {2}(\w+) {2,}\S/gm)].map(([, ...row]) => row);
      expect(rows).toEqual(expected.map((code) => [String(exit), code]));
    },
  );

  it.each([
    [0, 'done'],
    [9, 'vstoken verify found a broken promise'],
  ])('explains exit code %i', async (exit, meaning) => {
    const { out, err } = await run(`explain ${exit}`, WIDE);
    expect(out.split('\n')[0]).toBe(`Exit ${exit}: ${meaning}`);
    if (exit === 0) expect(err).toBe('');
  });
});

describe('vstoken explain --command', () => {
  interface CommandExits {
    readonly command: string;
    readonly exits: readonly { readonly exit: number }[];
    readonly codes: readonly Explained[];
  }

  it.each(COMMANDS)('lists the codes of $name by exit code', async ({ name, load }) => {
    const { json } = await run(`explain --command ${name} --json`);
    const { command, exits, codes } = json<CommandExits>();
    const { errors } = await load();
    expect(command).toBe(name);
    expect(codes.map(({ code }) => code).sort()).toEqual(
      [...new Set([...errors, ...COMMON_ERRORS])].sort(),
    );
    const own = [...new Set([0, ...codes.map(({ exit }) => exit)])].sort((a, b) => a - b);
    expect(exits.map(({ exit }) => exit)).toEqual(own);
    const { out, err } = await run(`explain --command ${name}`);
    expect(err).toBe('');
    const rows = [...out.matchAll(/^ +(\d+) {2}(\w+) {2,}\S/gm)].map(([, ...row]) => row);
    expect(rows).toEqual(codes.map(({ code, exit }) => [String(exit), code]));
    const headings = [...out.matchAll(/^Exit (\d+): /gm)].map(([, exit]) => Number(exit));
    expect(headings).toEqual(own);
  });

  it.each([
    ['--command CANARY', 'invalid_value'],
    ['--command mint no_key', 'conflicting_options'],
    ['--command', 'invalid_arguments'],
  ])('rejects %s', async (words, code) => {
    const { error, err, out } = await run(`explain --json ${words}`);
    expect({ out, code: error().code }).toEqual({ out: '', code });
    expect(err).not.toContain('CANARY');
  });

  it('suggests the most similar command', async () => {
    const { error } = await run('explain --command mnt --json');
    expect(error().hint).toBe('Did you mean mint?');
  });
});

describe('vstoken explain', () => {
  it('lists every code under its exit code, as JSON and as text', async () => {
    const { json } = await run('explain --json');
    const { exits, codes } = json<{ exits: { exit: number }[]; codes: readonly Explained[] }>();
    expect(exits.map(({ exit }) => exit)).toEqual(EXITS);
    expect(codes.map(({ code }) => code).sort()).toEqual([...ERROR_CODES].sort());
    expect(codes.map(({ exit }) => exit)).toEqual(
      codes.map(({ exit }) => exit).sort((a, b) => a - b),
    );
    for (const code of codes)
      expect((await run(`explain ${code.code} --json`)).json()).toEqual(code);

    const { out, err } = await run('explain');
    expect(err).toBe('');
    const lines = out.split('\n');
    for (const { code, exit, meaning } of codes) {
      expect(
        lines.filter((line) => line.split(/ {2,}/).join('|') === `|${exit}|${code}|${meaning}`),
      ).toHaveLength(1);
    }
  });

  it.each([80, 40])(
    'fits a terminal with %i columns, and says how to continue',
    async (columns) => {
      const { out, err } = await run('explain', { terminal: 'all', columns });
      expect(out.split('\n').filter((line) => line.length > columns)).toEqual([]);
      for (const code of ERROR_CODES) expect(flat(out)).toContain(`${code} ${meaningOf(code)}`);
      expect(err).toBe('Details: vstoken explain CODE\n');
      expect((await run('explain --quiet', { terminal: 'all', columns })).err).toBe('');
    },
  );

  it.each([
    ['sk_live_CANARY', null],
    ['CANARY.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkNBTkFSWSJ9', null],
    ['10', null],
    ['04', null],
    ['', null],
    ['toString', null],
    ['token_spentt', 'token_spent'],
    ['TOKEN-SPEND', 'token_spent'],
    ['nokey', 'no_key'],
  ])('rejects %j without quoting it, and suggests the most similar code', async (word, near) => {
    const { code, out, err, error } = await run(['explain', word, '--json']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error()).toMatchObject({
      code: 'invalid_value',
      exit: 2,
      hint: near ? `Did you mean: vstoken explain ${near}` : 'To list all codes: vstoken explain',
    });
    expect(err).not.toContain('CANARY');
    if (near && word !== near) expect(err.replaceAll(near, '')).not.toContain(word);
  });

  it.each(['TOKEN_SPENT', 'token-spent', 'Token-Spent'])(
    'accepts %s as token_spent',
    async (word) => {
      expect((await run(`explain ${word} --json`)).json()).toMatchObject({ code: 'token_spent' });
    },
  );

  it('needs no settings, no key and no server', async () => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), '{', { mode: 0o644 });
    const env = {
      VOCALSTACK_API_KEY: 'two words',
      VOCALSTACK_API_SERVER: 'nowhere',
      VOCALSTACK_TIMEOUT: 'soon',
    };
    expect(await run('explain no_key', { configDir, env })).toMatchObject({ code: 0, err: '' });
  });

  it.each(['--sandbox', '--api-server http://localhost:1', '--profile a', '--timeout 5s'])(
    'does not have the option %s, because it sends nothing',
    async (option) => {
      const { error } = await run(`explain --json ${option}`);
      expect(error()).toMatchObject({ code: 'unknown_option', exit: 2 });
    },
  );
});
