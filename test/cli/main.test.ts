import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { RawOptions } from '../../src/cli/define';
import { globalOptions } from '../../src/cli/globals';
import { readCommandLine } from '../../src/cli/program';
import { COMMANDS } from '../../src/commands/index';
import { run } from '../support/run';

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
);

/** The commands that can be run without arguments. */
const WORDLESS = (await Promise.all(COMMANDS.map(({ load }) => load()))).filter(
  ({ operands = [], afterDashes }) =>
    operands.every(({ name }) => name.startsWith('[')) && !afterDashes,
);

describe('vstoken', () => {
  it.each(['--version', '-V', '--json --version', 'mint --version', 'mint -V --json'])(
    'prints the bare version for %s',
    async (line) => {
      expect(await run(line)).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
    },
  );

  it.each(['', '--help', '-h', 'help', '-q', '-qh', '--no-color --help'])(
    'prints its help for %j',
    async (line) => {
      const { code, out, err } = await run(line);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toBe((await run('--help')).out);
      expect(out).toMatch(/^Usage: vstoken/m);
      for (const name of ['mint', 'test', 'sandbox'])
        expect(out).toMatch(new RegExp(`^ +${name} `, 'm'));
    },
  );

  it.each(['--json', '--json --help', 'help --json', '--json help', '-h --json'])(
    'prints its help as one JSON document for %j',
    async (line) => {
      const { code, err, out, json } = await run(line);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(json()).toEqual((await run('help --json')).json());
      expect(out.trimEnd()).not.toContain('\n');
    },
  );

  it.each(COMMANDS.map(({ name }) => name))(
    'prints the help of %s for each way to request it',
    async (name) => {
      const { code, out } = await run(`${name} --help`);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: vstoken ${name}`);
      expect(out).toContain('Examples:');
      expect(out).toContain(`\nErrors: vstoken explain --command ${name}\n`);
      for (const line of [`help ${name}`, `--no-color ${name} --help`, `${name} -qv --help`])
        expect((await run(line)).out).toBe(out);
      const document = (await run(`help ${name} --json`)).json();
      expect((await run(`${name} --help --json`)).json()).toEqual(document);
      expect((await run(`--json ${name} -h`)).json()).toEqual(document);
    },
  );

  it.each(WORDLESS)(
    'parses $name alone to the same options as $name with `--`',
    async (command) => {
      const parse = vi.spyOn(command, 'parse');

      // If a command line is only the name of a command, the program does not load the parser. With `--` it uses the parser,
      // although `--` adds no argument.
      const { name } = command;
      const calls = parse.mock.calls;
      try {
        for (const argv of [[name], [name, '--']]) await readCommandLine(argv, version);
      } finally {
        parse.mockRestore();
      }
      const [alone, parsed] = calls;
      const specs = Object.entries({ ...command.options, ...globalOptions(command) });
      const values = (raw: RawOptions | undefined) =>
        Object.fromEntries(specs.map(([option, spec]) => [option, spec.read(raw?.[option])]));
      expect(values(alone?.[0])).toEqual(values(parsed?.[0]));
      expect(alone?.slice(1)).toEqual(parsed?.slice(1));
    },
  );

  it.each([
    ['profile', 'vstoken profile needs one of these actions: list, use, rename.'],
    ['config', 'vstoken config needs one of these actions: list, get, set, unset, path.'],
    ['completion', 'The name of a shell is missing: bash, zsh, fish or powershell.'],
  ])('lists the actions of %s', async (name, words) => {
    const { code, out, err } = await run(name);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });
});

describe('S23 an invalid command line', () => {
  const SECRET = 'sk_live_CANARY';
  it.each([
    [[SECRET], 'unknown_command'],
    [['help', SECRET], 'unknown_command'],
    [[`--api-key=${SECRET}`], 'unknown_option'],
    [['mint', `--api-key=${SECRET}`], 'unknown_option'],
    [['mint', `--${SECRET}`], 'unknown_option'],
    [['mint', `-x${SECRET}`], 'unknown_option'],
    [[`-x${SECRET}`, 'mint'], 'unknown_option'],
    [['mint', SECRET], 'invalid_arguments'],
    [['test', 'http://localhost/', SECRET], 'invalid_arguments'],
    [['mint', '--lifetime', SECRET], 'invalid_value'],
    [['mint', `--access=${SECRET}`], 'invalid_value'],
    [['mint', `--json=${SECRET}`], 'unknown_option'],
    [['mint', '--api-server', `https://${SECRET}@host`], 'invalid_server'],
    [['test', SECRET], 'invalid_value'],
    [['inspect', SECRET], 'invalid_arguments'],
    [['inspect', `--token=${SECRET}`], 'unknown_option'],
    [['inspect', '--access', SECRET], 'invalid_value'],
    [['sandbox', '--fail', SECRET], 'invalid_value'],
    [['serve', '--rate', SECRET], 'invalid_value'],
    [['serve', '--path', SECRET], 'invalid_value'],
    [['serve', '--allow-origin', SECRET], 'invalid_value'],
    [['mint', '--output', SECRET], 'invalid_value'],
    [['explain', SECRET], 'invalid_value'],
    [['explain', '--command', SECRET], 'invalid_value'],
    [['help', 'mint', SECRET], 'invalid_arguments'],
    [['version', SECRET], 'invalid_arguments'],
    [['doctor', SECRET], 'invalid_arguments'],
    [['doctor', `--output-${SECRET}`, 'x'], 'unknown_option'],
    [['explain', 'token_spent', SECRET], 'invalid_arguments'],
    [['completion', SECRET], 'invalid_value'],
  ])('is rejected without being quoted: %j', async (words, code) => {
    for (const line of [words, ['--json', ...words]]) {
      const result = await run(line, { env: { VOCALSTACK_API_KEY: 'k' } });
      expect(result.code).toBe(2);
      expect(result.out).toBe('');
      expect(result.err).not.toContain('CANARY');
      expect(result.err).toContain(code);
    }
  });

  it.each([
    ['mint --api-key CANARY', 'Never pass a key as an argument'],
    ['mint --api-key=CANARY', 'Never pass a key as an argument'],
    ['status --key CANARY', 'Never pass a key as an argument'],
    ['login CANARY', 'Never pass a key as an argument'],
    ['mint CANARY0123456789abcdef', 'Never pass a key as an argument'],
    ['config gte lifetime', 'Did you mean: vstoken config get'],
    ['test --token CANARY', 'Use --token-stdin'],
    ['inspect CANARY', 'A token cannot be an argument'],
    ['test hello.wav', 'vstoken test --file PATH'],
  ])('gets a hint about the correct way: vstoken %s', async (line, hint) => {
    const { code, err } = await run(line, { env: { VOCALSTACK_API_KEY: 'k' } });
    expect(code).toBe(2);
    expect(err).toContain(hint);
    expect(err).not.toContain('CANARY');
  });

  it('gets a list of the valid options and commands, and the most similar one', async () => {
    const option = await run('mint --acess readonly');
    expect(option.err).toContain('--lifetime');
    expect(option.err).toContain('Did you mean --access?');
    const command = await run('mnt');
    expect(command.err).toContain(
      'mint, test, verify, api, inspect, exec, serve, sandbox, login, logout, status, profile, config, doctor, explain, completion, help, version',
    );
    expect(command.err).toContain('Did you mean: vstoken mint');
    expect((await run('mnit')).err).toContain('Did you mean: vstoken mint');
    expect((await run('mint --lifetime')).err).toContain(
      'The value of --lifetime <duration> is missing.',
    );
    expect((await run('--access readonly mint')).err).toContain('after its name');
  });
});

describe('options before the command', () => {
  it('may be combined in one word', async () => {
    expect((await run('-qv mint --sandbox')).code).toBe(0);
    expect((await run('-qh')).out).toContain('Usage: vstoken');
    expect((await run('-qx mint --sandbox')).code).toBe(2);
  });

  it('rejects `--` before the command', async () => {
    const { code, out } = await run('-- mint');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
