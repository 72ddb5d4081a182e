import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandHelp } from '../../src/commands/help/document';
import type { TopicHelp } from '../../src/commands/help/topics';
import type { Tree } from '../../src/commands/help/tree';
import { COMMANDS } from '../../src/commands/index';
import { ERROR_CODES, exitCodeOf, meaningOf } from '../../src/core/error-codes';
import { EXITS } from '../../src/core/explanations/exits';
import { HELP_TOPIC_NAMES } from '../../src/core/help-topics';
import { TOKEN_FORMATS } from '../../src/core/quote';
import { VARIABLE_GROUPS } from '../../src/core/variables';
import { wrapCommand, wrapWords } from '../../src/core/wrap-words';
import { OPTION_LINES } from '../support/option-lines';
import { fc } from '../support/properties';
import { type RunOptions, run } from '../support/run';
import { widerThan, withoutBreaks } from '../support/words';

const NAMES = COMMANDS.map(({ name }) => name);
const tree = (await run('help --json')).json<Tree>();

const MOST_LINES = 60;
const MOST_LINES_OF: Readonly<Record<string, number>> = { '--help': 45, 'help test': 90 };
/** The arguments of `vstoken` with which it prints the help of the program, of a command or of a topic. */
const LINES = ['--help', ...[...NAMES, ...HELP_TOPIC_NAMES].map((word) => `help ${word}`)];

const inTerminal = (columns: number): RunOptions => ({ terminal: 'all', columns });
const linesOf = (text: string) => text.trimEnd().split('\n');

describe('the help', () => {
  it.each(LINES)('of vstoken %s fits on a screen of 80 columns', async (line) => {
    for (const options of [{ columns: 80 }, inTerminal(80)]) {
      const { out } = await run(line, options);
      expect(linesOf(out).length).toBeLessThanOrEqual(MOST_LINES_OF[line] ?? MOST_LINES);
      expect(linesOf(out).filter(({ length }) => length > 80)).toEqual([]);
    }
  });

  it.each([...LINES, ...NAMES.map((name) => `${name} -h`)])(
    'of vstoken %s breaks no word at 40 columns',
    async (line) => {
      const { out } = await run(line, inTerminal(40));
      expect(withoutBreaks(out)).toBe(withoutBreaks((await run(line)).out));
      expect(widerThan(40, out)).toEqual([]);
    },
  );

  it.each([40, 80])('has a # before each line of a comment at %i columns', async (columns) => {
    for (const name of NAMES) {
      const { out } = await run(`help ${name} --no-color`, inTerminal(columns));
      const [, examples = ''] = /^Examples:\n([\s\S]*?)\n\n/m.exec(out) ?? [];
      const starts = examples.split('\n').filter((line) => !/^ {4,}\S/.test(line));
      for (const line of starts) expect(line).toMatch(/^ {2}[#$] /);
    }
  });

  it('is not wrapped at more than 100 columns', async () => {
    const { out } = await run('help mint', inTerminal(1000));
    expect(Math.max(...linesOf(out).map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it.each(['help mint', '--help', 'mint -h', 'help formats'])(
    'of vstoken %s has bold headings in a terminal',
    async (line) => {
      const plain = (await run(line, inTerminal(80))).out;
      const inColour: RunOptions = {
        ...inTerminal(80),
        context: (built) => ({
          ...built,
          io: { ...built.io, stdout: { ...built.io.stdout, color: true } },
        }),
      };
      const { out } = await run(line, inColour);
      const escapes = /\u001b\[\d+m/g;
      expect(out.replace(escapes, '')).toBe(plain);
      const headings = linesOf(plain).filter((text) => /^[A-Z][^.,]*:$/.test(text));
      expect(headings.length).toBeGreaterThan(0);
      for (const heading of headings) expect(out).toContain(`\u001b[1m${heading}\u001b[22m\n`);
      expect((await run(`${line} --no-color`, inColour)).out).toBe(plain);
      if (line.includes('mint')) expect(out).toContain('\u001b[36m--access <access>\u001b[39m');
    },
  );
});

describe('vstoken --help', () => {
  it('says what the program is, and lists the commands in groups', async () => {
    const { out } = await run('--help');
    expect(linesOf(out)[0]).toBe(`${tree.summary}`);
    const rows = [...out.matchAll(/^ {2}(\w+) {2,}(\S.*)$/gm)].map(([, ...row]) => row);
    expect(rows).toEqual(COMMANDS.map(({ name, summary }) => [name, summary]));
    const places = ['Usage', 'Tokens', 'Front end', 'Keys', 'Help', 'Global options', 'Examples'];
    const found = places.map((title) => out.indexOf(`\n${title}:`));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found).not.toContain(-1);
    expect(out.match(/^ {2}\$ vstoken /gm)).toHaveLength(3);
    expect(linesOf(out).at(-1)).toBe(`Topics: vstoken help ${HELP_TOPIC_NAMES.join(', ')}`);
    const text = withoutBreaks(out);
    for (const { flag, value, about } of tree.global_options)
      expect(text).toContain(`${flag}${value === null ? '' : ` ${value}`} ${about}`);
  });
});

const find = (name: string): CommandHelp => {
  const found = tree.commands.find(({ command }) => command === name);
  if (!found) throw new Error(name);
  return found;
};

describe.each(NAMES)('vstoken %s --help', (name) => {
  const help = find(name);

  it('shows three to five examples, and every option with its default', async () => {
    const { out } = await run(`${name} --help`);
    expect(help.examples.length).toBeGreaterThanOrEqual(3);
    expect(help.examples.length).toBeLessThanOrEqual(5);
    const text = withoutBreaks(out);
    for (const { about, line } of help.examples)
      expect(text).toContain(withoutBreaks(`# ${about} $ ${line}`));
    for (const { flag, value, about } of help.options)
      expect(text).toContain(`${flag}${value === null ? '' : ` ${value}`} ${about}`);
    for (const { term, text: meaning } of help.sections.flatMap(({ items }) => items))
      expect(text).toContain(withoutBreaks(`${term} ${meaning}`));
    const [, globals = ''] = /Global options: (.*) See: vstoken --help/.exec(text) ?? [];
    for (const { flag, short } of help.global_options) expect(globals).toContain(short ?? flag);
    if (help.timeout !== null) expect(globals).toContain(`--timeout (default: ${help.timeout})`);
    expect(linesOf(out).at(-1)).toBe(`Errors: vstoken explain --command ${name}`);
  });

  it('has an example that works for every option', () => {
    const lines = [...help.examples.map(({ line }) => line), ...(OPTION_LINES[name] ?? [])];
    const shown = lines.flatMap((line) => line.split(/[\s=]+/));
    const flags = [...help.options, ...help.global_options];
    const missing = flags.filter(
      ({ flag, short }) => !shown.includes(flag) && !(short && shown.includes(short)),
    );
    expect(missing.map(({ flag }) => flag)).toEqual([]);
  });

  it('prints with -h only the options and one example', async () => {
    const short = (await run(`${name} -h`)).out;
    const long = (await run(`${name} --help`)).out;
    expect(linesOf(short)[0]).toBe(linesOf(long)[0]);
    expect(linesOf(short).length).toBeLessThan(linesOf(long).length);
    expect(short.match(/^ {2}\$ /gm)).toHaveLength(1);
    for (const { about } of help.options) expect(withoutBreaks(short)).toContain(about);
    expect(linesOf(short).at(-1)).toBe(`More: vstoken ${name} --help`);
  });
});

describe('vstoken help', () => {
  it('has its own help, like every command', async () => {
    const { out } = await run('help help');
    expect(out).toContain('Usage: vstoken help [options] [topic]');
    expect((await run('help --help')).out).toBe(out);
    for (const topic of HELP_TOPIC_NAMES) expect(out).toContain(`  ${topic} `);
  });

  it.each([
    ['CANARY', null],
    ['enviroment', 'environment'],
    ['exit-code', 'exit-codes'],
    ['mnt', 'mint'],
    ['toString', null],
  ])('rejects %s, and suggests the most similar word', async (word, near) => {
    const { code, out, err, error } = await run(`help ${word} --json`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error()).toMatchObject({
      code: 'unknown_command',
      hint: near ? `Did you mean: vstoken help ${near}` : 'See: vstoken --help',
    });
    expect(err).not.toContain('CANARY');
  });

  it('needs no readable settings and no variables', async () => {
    const env = { VOCALSTACK_TIMEOUT: 'soon', VOCALSTACK_API_SERVER: 'nowhere' };
    expect((await run('help mint', { env })).code).toBe(0);
  });
});

describe('vstoken help --json', () => {
  it('has for every command what help COMMAND --json prints', async () => {
    expect(tree.commands.map(({ command }) => command)).toEqual(NAMES);
    for (const command of tree.commands)
      expect((await run(`help ${command.command} --json`)).json()).toEqual(command);
    for (const topic of tree.topics)
      expect((await run(`help ${topic.topic} --json`)).json()).toEqual(topic);
  });

  it('has every error code and every exit code, with their meanings', () => {
    expect(tree.codes).toHaveLength(ERROR_CODES.length);
    for (const { code, exit, meaning } of tree.codes)
      expect([exit, meaning]).toEqual([exitCodeOf(code), meaningOf(code)]);
    expect(tree.exits.map(({ exit }) => String(exit))).toEqual(Object.keys(EXITS));
  });

  it('has defaults, variables and values in separate members', () => {
    const optionsOf = (name: string) => find(name).options;
    expect(optionsOf('mint')).toContainEqual({
      flag: '--lifetime',
      short: null,
      value: '<duration>',
      summary: 'whole seconds from 1 to 120',
      default: '10s',
      variable: null,
      group: 'Token',
      values: null,
      repeats: false,
      about: 'whole seconds from 1 to 120 (default: 10s)',
    });
    const oneTime = optionsOf('test').filter(({ flag }) => flag.endsWith('one-time'));
    expect(oneTime.map(({ flag, about }) => [flag, about])).toEqual([
      ['--one-time', 'valid for one use (default)'],
      ['--no-one-time', 'reusable until it expires'],
    ]);
    expect(find('verify').global_options).toContainEqual(
      expect.objectContaining({ flag: '--timeout', default: '5m', variable: 'VOCALSTACK_TIMEOUT' }),
    );
    const named = tree.commands.flatMap(({ options, global_options }) =>
      [...options, ...global_options].flatMap(({ variable }) => variable ?? []),
    );
    const variables = tree.variables.map(({ name }) => name);
    expect(named.filter((name) => !variables.includes(name))).toEqual([]);
  });
});

const topic = (name: string) => tree.topics.find((each) => each.topic === name) as TopicHelp;
const termsOf = (name: string) =>
  topic(name).sections.flatMap(({ items }) => items.map(({ term }) => term));

/** Variables that the source code reads, but that the help does not list, because users do not set them for vstoken. */
const NOT_TOLD = [
  ...['HOME', 'APPDATA', 'SHELL', 'REQUEST_METHOD'],
  ...['LC_ALL', 'LC_CTYPE', 'LANG'],
  // The desktop or a terminal multiplexer sets these variables.
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME', 'STY', 'TMUX'],
];
/** Variables of Node.js that the doctor reads. */
const LOOKED_AT = ['NODE_DEBUG', 'NODE_OPTIONS', 'NODE_USE_ENV_PROXY'];

describe('the topics of help', () => {
  it('environment has every variable that the source reads, and no others', () => {
    const folder = join(import.meta.dirname, '../../src');
    const read = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && path !== join('core', 'variables.ts'))
      .filter((path) => !path.includes('explanations') && !path.includes(join('commands', 'help')))
      .flatMap((path) => {
        const code = readFileSync(join(folder, path), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');
        return [
          ...code.matchAll(/\benv\['([A-Z_]+)'\]/g),
          ...code.matchAll(/'(VOCALSTACK_[A-Z_]+|[A-Z]+_PROXY)'/g),
          ...code.matchAll(/\b(GITHUB_[A-Z_]+)\b/g),
        ].map(([, name = '']) => name);
      });
    const told = VARIABLE_GROUPS.flatMap(({ variables }) => variables.map(({ name }) => name));
    const known = new Set(read.filter((name) => ![...NOT_TOLD, ...LOOKED_AT].includes(name)));
    expect([...known].sort()).toEqual([...told].sort());
    expect(termsOf('environment')).toEqual(told);
  });

  it('exit-codes has every exit code', () => {
    expect(topic('exit-codes').sections[0]?.items).toEqual(
      Object.entries(EXITS).map(([term, text]) => ({ term, text })),
    );
  });

  it('formats has every format of a token', () => {
    expect(termsOf('formats').slice(0, TOKEN_FORMATS.length)).toEqual(TOKEN_FORMATS);
  });

  it('proxies and troubleshooting name only what exists', () => {
    const variables = tree.variables.map(({ name }) => name);
    expect(termsOf('proxies').filter((name) => !variables.includes(name))).toEqual([]);
    const words = termsOf('troubleshooting').map((term) => term.split(' ')[1] ?? '');
    expect(words.filter((name) => !NAMES.includes(name))).toEqual([]);
  });
});

describe('wrapped lines', () => {
  const words = fc.array(fc.constantFrom('a', 'bcd', 'x'.repeat(30), '--flag', 'e,'), {
    minLength: 1,
    maxLength: 30,
  });

  it('break between words, and contain as many words as fit', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 50 }), (all, columns) => {
        const lines = wrapWords(all.join(' '), columns);
        expect(lines.join(' ')).toBe(all.join(' '));
        lines.forEach((line, index) => {
          if (line.includes(' ')) expect(line.length).toBeLessThanOrEqual(columns);
          const next = lines[index + 1]?.split(' ')[0];
          if (next !== undefined) expect(`${line} ${next}`.length).toBeGreaterThan(columns);
        });
      }),
    );
  });

  it('with a command break where a shell allows it, and never within quotes', () => {
    const line = `vstoken exec --file -- sh -c 'cat "$A" | wc' "a b"`;
    for (const columns of [10, 20, 30, 80]) {
      const lines = wrapCommand(line, columns);
      expect(lines.join('\n').replace(/ \\\n {2}/g, ' ')).toBe(line);
      expect(lines.some((each) => each.includes(`'cat "$A" | wc'`))).toBe(true);
    }
    expect(wrapCommand(line, 80)).toEqual([line]);
  });
});
