import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrangeArguments } from '../../src/cli/arguments';
import type { Command } from '../../src/cli/define';
import {
  ALL_GLOBAL_OPTIONS,
  globalOptions,
  HELP_OPTION,
  VERSION_OPTION,
} from '../../src/cli/globals';
import type { OptionSpec } from '../../src/cli/options';
import { findOperand } from '../../src/commands/completion/grammar';
import { fitToWord, renderLines } from '../../src/commands/completion/render';
import { SCRIPTS, SHELLS } from '../../src/commands/completion/scripts';
import { type Completion, completeWords } from '../../src/commands/completion/words';
import type { CommandHelp } from '../../src/commands/help/document';
import { COMMANDS } from '../../src/commands/index';
import { ERROR_CODES } from '../../src/core/error-codes';
import { HELP_TOPIC_NAMES } from '../../src/core/help-topics';
import { PROMISE_IDS } from '../../src/core/promises';
import { TOKEN_FORMATS } from '../../src/core/quote';
import { SETTING_NAMES } from '../../src/core/settings';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { anyText, fc } from '../support/properties';
import { run } from '../support/run';
import { configDirWith, configFile, newConfigDir } from '../support/stored';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Returns the completions for the last of these words, as the program prints them. */
async function complete(words: readonly string[], configDir = newConfigDir()) {
  const stdin = words.map((word) => `${word}\n`).join('');
  const { code, err, ...result } = await run('completion zsh --words --json', { stdin, configDir });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return result.json<Completion>();
}

/** Returns the completions for the last word of a command line. The words of the line are separated by single spaces. */
const at = async (line: string, configDir?: string) => {
  const { offer, values } = await complete(line.split(' '), configDir);
  return offer === 'values' ? values.map(({ value }) => value) : offer;
};

describe('vstoken completion', () => {
  it.each(SHELLS)('prints the script for %s, and nothing else', async (shell) => {
    const result = await run(`completion ${shell}`, { terminal: 'stderr' });
    expect(result).toMatchObject({ code: 0, out: SCRIPTS[shell], err: '' });
    expect((await run(`completion ${shell} --json`)).json()).toEqual({
      shell,
      script: SCRIPTS[shell],
    });
  });

  it.each([
    ['bash', 'eval "$(vstoken completion bash)"'],
    ['zsh', 'eval "$(vstoken completion zsh)"'],
    ['fish', 'vstoken completion fish > ~/.config/fish/completions/vstoken.fish'],
    ['powershell', 'vstoken completion powershell | Out-String | iex'],
  ])('says in a terminal where to put the script for %s', async (shell, line) => {
    const { out, err } = await run(`completion ${shell}`, { terminal: 'all' });
    expect(out).toBe(SCRIPTS[shell as 'bash']);
    expect(err).toContain('To load the script in every new shell');
    expect(err).toContain(`\n  ${line}\n`);
    expect((await run(`completion ${shell} --quiet`, { terminal: 'all' })).err).toBe('');
  });

  it.each([
    ['/bin/zsh', 'For your shell: vstoken completion zsh'],
    ['/usr/bin/fish', 'For your shell: vstoken completion fish'],
    ['/bin/dash', 'See: vstoken completion --help'],
    ['', 'See: vstoken completion --help'],
  ])(
    'lists the shells if no shell is named, and suggests a command for SHELL=%s',
    async (SHELL, hint) => {
      const result = await run('completion --json', { env: { SHELL }, terminal: 'all' });
      expect(result).toMatchObject({ code: 2, out: '' });
      expect(result.error()).toMatchObject({ code: 'invalid_arguments', hint });
      expect(result.error().message).toContain('bash, zsh, fish or powershell');
    },
  );

  it('rejects another shell without repeating its name', async () => {
    const result = await run('completion CANARY --json');
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.error()).toMatchObject({ code: 'invalid_value', exit: 2 });
    expect(result.err).not.toContain('CANARY');
    expect((await run('completion powershel --json')).error().hint).toContain(
      'vstoken completion powershell',
    );
    expect((await run('completion bash zsh')).code).toBe(2);
  });
});

/**
 * The kinds of values that cannot be completed. If a new option or argument has another kind of value, add the kind here, or set
 * `completes` in the definition of the option or argument.
 */
const FREE = [
  '<duration>',
  '<url>',
  '<var>',
  '<number>',
  '<code>',
  '<command>',
  '<text>',
  '<url-path>',
  '<origin...>',
  '<origin>',
  '<rate>',
];

const commands: Command[] = [];
beforeAll(async () => {
  commands.push(...(await Promise.all(COMMANDS.map(({ load }) => load()))));
});
const NAMES = COMMANDS.map(({ name }) => name);
const commandOf = (name: string): Command => {
  const found = commands.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe('completion of commands and options', () => {
  it('offers all commands, and all topics of help', async () => {
    expect(await at('')).toEqual(NAMES);
    expect(NAMES).toEqual(expect.arrayContaining(['help', 'version']));
    expect(await at('help ')).toEqual([...NAMES, ...HELP_TOPIC_NAMES]);
    expect(await at('--json -q --timeout 5s ')).toEqual(NAMES);
    expect(await at('explain --command ')).toEqual(NAMES);
    expect(await at('help mint ')).not.toContain('mint');
    expect(await at('api ')).toEqual(expect.arrayContaining(['POST', '/transcriptions']));
    expect(await at('api ')).not.toContain('/async/transcribe/url');
    expect(await at('api post ')).toEqual(
      expect.arrayContaining(['/async/transcribe/url', '/transcription/', '/polyglot']),
    );
    expect(await at('api HEAD ')).toContain('/transcriptions/');
    expect((await complete([''])).values).toContainEqual({
      value: 'mint',
      about: 'mint an auth token and print it',
      open: false,
    });
  });

  it.each(NAMES)('offers every option of vstoken %s, with its summary', async (name) => {
    const { json } = await run(`help ${name} --json`);
    const { options, global_options } = json<CommandHelp>();
    const listed = [...options, ...global_options];
    expect(listed.length).toBeGreaterThan(3);
    const expected = [
      ...listed.flatMap(({ flag, short, about }) =>
        [short, flag].flatMap((value) => (value === null ? [] : { value, about, open: false })),
      ),
      ...[HELP_OPTION, VERSION_OPTION].flatMap(([flags, about]) =>
        flags.split(', ').map((value) => ({ value, about, open: false })),
      ),
    ];
    const { values } = await complete([name, '-']);
    const offered = values.filter(({ value }) => value !== '--');
    const sorted = (all: readonly { value: string }[]) =>
      all.toSorted((a, b) => a.value.localeCompare(b.value));
    expect(sorted(offered)).toEqual(sorted(expected));
    const before = await complete([name, '--json', '--']);
    expect(before.values.map(({ value }) => value)).not.toContain('--json');
  });

  const valued = (specs: Readonly<Record<string, OptionSpec<unknown>>>) =>
    Object.values(specs).flatMap((spec) =>
      Object.keys(spec.flags).flatMap((flags) => {
        const [, flag, value] = /(--[\w-]+) (<\S+>)$/.exec(flags) ?? [];
        return flag && value ? [{ flag, value, completes: spec.completes }] : [];
      }),
    );

  it.each(NAMES)(
    'offers the values of every option of vstoken %s, if they can be listed',
    async (name) => {
      const command = commandOf(name);
      const config = configDirWith(sandbox, ['default', 'staging']);
      for (const { flag, value, completes } of valued({
        ...command.options,
        ...globalOptions(command),
      })) {
        for (const line of [`${name} ${flag} `, `${name} ${flag}=`]) {
          const got = await at(line, config);
          const prefix = line.endsWith('=') ? `${flag}=` : '';
          if (value === '<path>') expect({ line, got }).toEqual({ line, got: 'files' });
          else if (completes === 'profile') {
            expect({ line, got }).toEqual({ line, got: [`${prefix}default`, `${prefix}staging`] });
          } else if (completes) {
            const own = completes.words.map((one) => (typeof one === 'string' ? one : one[0]));
            const words = [...(completes.hasCommands ? NAMES : []), ...own];
            expect(words.length).toBeGreaterThan(1);
            expect({ line, got }).toEqual({ line, got: words.map((word) => `${prefix}${word}`) });
          } else {
            expect(FREE, `what completes ${flag} of vstoken ${name}?`).toContain(value);
            const isRepeated = value.includes('...');
            expect({ line, got }).toEqual({ line, got: isRepeated ? got : [] });
          }
        }
      }
    },
  );

  it('offers global options before the command and after it', async () => {
    const flags = Object.values(ALL_GLOBAL_OPTIONS).flatMap((spec) => Object.keys(spec.flags));
    const offered = await at('--');
    for (const text of flags) expect(offered).toContain(/--[\w-]+/.exec(text)?.[0]);
    const config = configDirWith(sandbox, ['default', 'staging']);
    expect(await at('--profile ', config)).toEqual(['default', 'staging']);
    expect(await at('-q --profile=', config)).toEqual(['--profile=default', '--profile=staging']);
    expect(await at('--profile staging mint --access ')).toEqual(['readonly', 'readwrite']);
    expect(await at('--api-server http://localhost -v mint --access ')).toEqual([
      'readonly',
      'readwrite',
    ]);
    expect(await at('--json mint --')).not.toContain('--json');
  });

  it('recognises the command in the same position as the program', () => {
    const words = ['--json', '-q', '-qv', '--profile', '--timeout', '--timeout=5s', '--sandbox'];
    const word = fc.constantFrom(...words, 'mint', 'verify', 'staging', 'x');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 7 }), (line) => {
        const found = line[findOperand(line)] ?? null;
        expect(found).toBe(arrangeArguments(line).name);
      }),
      { numRuns: 500 },
    );
  });
});

describe('completion of a command line', () => {
  it.each([
    ['mint -o ', TOKEN_FORMATS],
    ['mint --output=j', TOKEN_FORMATS.map((format) => `--output=${format}`)],
    ['verify --only ', PROMISE_IDS],
    ['login --store ', ['keychain', 'passphrase', 'plaintext']],
    ['test --mode ', ['transcribe', 'connect', 'read']],
    ['completion ', ['bash', 'zsh', 'fish', 'powershell']],
    ['profile ', ['list', 'use', 'rename']],
    ['config ', ['list', 'get', 'set', 'unset', 'path']],
    ['config get ', SETTING_NAMES],
    ['config set ', SETTING_NAMES],
    ['config set access ', ['readonly', 'readwrite']],
    ['config set one_time ', ['true', 'false']],
    ['config set ledger ', ['on', 'off']],
    ['config set store ', ['keychain', 'passphrase', 'plaintext']],
    ['config set lifetime ', []],
    ['config set nothing ', []],
    ['test --report ', ['junit=', 'html=', 'github']],
    ['mint --client ', ['builtin', 'sdk']],
    ['test --report junit=', 'files'],
    ['test --report=html=a/', 'files'],
    ['test --file ', 'files'],
    ['test --file=a', 'files'],
    ['sandbox --api-key-file ', 'files'],
    ['sandbox --latency ', []],
    ['exec -- ', 'command'],
    ['exec --access readonly -- ', 'command'],
    ['test -- ', []],
    ['-- ', []],
    ['nothing ', []],
    ['nothing --', []],
    ['mint x', []],
    ['mint --lifetime ', []],
    ['mint --lifetime=', []],
    ['mint --json=', []],
    ['mint --nothing=', []],
    ['sandbox --fail redirect body:', expect.arrayContaining(['redirect', 'body:truncate'])],
  ])('offers the correct words for %j', async (line, expected) => {
    expect(await at(line)).toEqual(expected);
  });

  it('offers every error code and every exit code for explain', async () => {
    const { values } = await complete(['explain', '']);
    const offered = values.map(({ value }) => value);
    expect(offered).toEqual(expect.arrayContaining([...ERROR_CODES, '0', '4', '143']));
    expect(values).toContainEqual({
      value: 'token_spent',
      about: 'the one-time auth token was already used',
      open: false,
    });
    expect(await at('explain token_spent ')).not.toContain('token_spent');
  });

  it('offers each promise once in a list with commas', async () => {
    const { values } = await complete(['verify', '--only', 'one-time-once,reus']);
    expect(values).toHaveLength(PROMISE_IDS.length - 1);
    expect(values).toContainEqual({
      value: 'one-time-once,reusable',
      about: 'A reusable token works again',
      open: true,
    });
    expect((await complete(['verify', '--only=reusable,'])).values[0]?.value).toBe(
      '--only=reusable,default-readonly',
    );
  });

  it('offers the names of profiles, with their store and server', async () => {
    const config = configDirWith(sandbox, ['default', 'staging']);
    const about = `plaintext, for ${sandbox.url}`;
    const values = ['default', 'staging'].map((value) => ({ value, about, open: false }));
    for (const line of ['mint --profile ', 'profile use ', 'profile rename ']) {
      expect((await complete(line.split(' '), config)).values).toEqual(values);
    }
    expect(await at('profile rename staging ', config)).not.toContain('default');
    expect(await at('profile list ', config)).not.toContain('default');
  });

  it('offers no profiles and prints no error if the settings cannot be read', async () => {
    const config = newConfigDir();
    for (const text of ['{', '', '{"version":3}', '{"version":1,"profiles":{"$(touch x)":{}}}']) {
      writeFileSync(configFile(config), text, { mode: 0o600 });
      expect(await at('mint --profile ', config)).toEqual([]);
    }
    writeFileSync(configFile(config), '{}', { mode: 0o644 });
    expect(await at('mint --profile ', config)).toEqual([]);
  });

  it('leaves out options that were already given, unless they can be repeated', async () => {
    const offered = await at('test --no-one-time --report junit=a --file a --');
    expect(offered).not.toContain('--one-time');
    expect(offered).not.toContain('--no-one-time');
    expect(offered).not.toContain('--file');
    expect(offered).toEqual(expect.arrayContaining(['--report', '--no-max-duration']));
    expect(await at('sandbox --fail redirect --')).toContain('--fail');
  });

  it('offers long options if there is nothing else to offer, and `--` for exec', async () => {
    expect(await at('mint ')).toEqual(expect.arrayContaining(['--access', '--version']));
    expect(await at('mint ')).not.toContain('-o');
    expect(await at('test ')).toContain('--mode');
    expect(await at('exec ')).toContain('--');
    expect(await at('serve --allow-origin http://localhost:1 ')).toContain('--port');
    expect(await at('mint -')).toEqual(expect.arrayContaining(['-o', '-q', '-h', '-V']));
  });
});

/** Completion data that contains no commands and no profiles. */
const NOWHERE = { commands: [], profiles: async () => [] };

describe('completion of any text', () => {
  it('offers only words that have no meaning in a shell', async () => {
    const piece = fc.constantFrom(
      '--only',
      '=',
      ',',
      '$(x)',
      '`x`',
      ';',
      "'",
      '"',
      ' ',
      'one-time-once',
    );
    const word = fc.oneof(
      fc.array(piece, { maxLength: 5 }).map((all) => all.join('')),
      fc.string(),
    );
    const sources = {
      commands: COMMANDS,
      profiles: async () =>
        [
          ['$(touch x)', ''],
          ['a', ''],
        ] as const,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom([], ['verify'], ['verify', '--only'], ['mint', '--profile']),
        fc.array(word, { maxLength: 3 }),
        async (first, words) => {
          const { values } = await completeWords([...first, ...words], sources);
          for (const { value } of values) expect(value).toMatch(/^[\w@%+=:,./-]+$/);
        },
      ),
      { numRuns: 300 },
    );
    expect(await completeWords(['mint', '--profile', ''], sources)).toMatchObject({
      values: [{ value: 'a' }],
    });
  });

  it('never fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 4 }), async (words) => {
        expect(await completeWords(words, NOWHERE)).toHaveProperty('values');
      }),
    );
  });

  it('reads words with either kind of line break', async () => {
    for (const stdin of ['mint\n--access\n\n', 'mint\r\n--access\r\n\r\n', 'mint\n--access\n']) {
      const { out } = await run('completion bash --words', { stdin });
      expect(out).toBe(
        stdin.endsWith('s\n') ? 'values\n--access\n' : 'values\nreadonly\nreadwrite\n',
      );
    }
    expect((await run('completion bash --words', { stdin: '' })).out).toMatch(/^values\nmint\n/);
  });
});

describe('the lines for a completion script', () => {
  const values = [
    { value: 'readonly', about: 'a: "b" [c] $d\n\te\\f', open: false },
    { value: 'token:spent', about: '', open: false },
    { value: 'Read=', about: 'g', open: true },
  ];
  const told = (shell: (typeof SHELLS)[number], word: string) =>
    renderLines(shell, fitToWord(shell, word, { offer: 'values', values, skip: 0 })).split('\n');

  it('in bash are the matching words, and whether a space follows', () => {
    expect(told('bash', 're')).toEqual(['values', 'readonly', '']);
    expect(told('bash', 'Re')).toEqual(['open', 'Read=', '']);
    expect(told('bash', '')).toEqual(['values', 'readonly', 'token:spent', 'Read=', '']);
  });

  it('in zsh are all words with their escaped summaries after a colon, and how many of them end the word', () => {
    const lines = ['readonly:a: "b" [c] $d e\\\\f', 'token\\:spent', 'Read=:g', ''];
    expect(told('zsh', 'x')).toEqual(['values 2', ...lines]);
  });

  it('in fish are all words, with their summaries after a tab', () => {
    const lines = ['readonly\ta: "b" [c] $d e\\f', 'token:spent\t', 'Read=\tg', ''];
    expect(told('fish', 'x')).toEqual(['values', ...lines]);
  });

  it('in PowerShell are the words that match in either case, each with a text, because an empty text is an error there', () => {
    const lines = ['readonly\ta: "b" [c] $d e\\f', 'Read=\tg', ''];
    expect(told('powershell', 're')).toEqual(['values', ...lines]);
    expect(told('powershell', 'TOKEN:')).toEqual(['values', 'token:spent\ttoken:spent', '']);
  });

  it('have one line for each value, with any text in a summary', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SHELLS), anyText(), (shell, about) => {
        const one = { value: 'a', about, open: false };
        const text = renderLines(shell, { offer: 'values', values: [one], skip: 0 });
        expect(text.split(/[\n\r\u2028\u2029]/)).toHaveLength(3);
        expect(text.endsWith('\n')).toBe(true);
      }),
    );
  });
});

describe('the script for PowerShell', () => {
  const script = SCRIPTS.powershell;

  it('has the form that the documentation requires for a native completer', () => {
    expect(script).toMatch(
      /^Register-ArgumentCompleter -Native -CommandName 'vstoken', 'vocalstack-token' -ScriptBlock \{$/m,
    );
    expect(script).toContain('param($wordToComplete, $commandAst, $cursorPosition)');
    expect(script).toMatch(
      /\[System\.Management\.Automation\.CompletionResult\]::new\((\$\w+, ){2}'ParameterValue', \$about\)/,
    );
  });

  it('evaluates no text, and has matching brackets and quotes', () => {
    expect(script).not.toMatch(/Invoke-Expression|\biex\b|&\s*\$|ExpandString/i);
    const code = script.replace(/^#.*$|^ +#.*$/gm, '').replace(/'[^']*'|"(`.|[^"])*"/g, '');
    expect(code).not.toMatch(/['"]/);
    for (const [open, close] of ['()', '{}', '[]']) {
      expect(code.split(open ?? '').length).toBe(code.split(close ?? '').length);
    }
  });
});
