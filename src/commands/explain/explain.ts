import { COMMON_ERRORS } from '../../cli/common-errors';
import { type CommandContext, defineCommand } from '../../cli/define';
import { value } from '../../cli/options';
import { ERROR_CODES, meaningOf } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import type { ExitCode, ExplainedCode } from '../../core/explanations/index';
import { nearest } from '../../core/nearest';
import { EXIT_CODES } from './codes';
import { topicsIn } from './pasted';
import { readPasted } from './read';
import { REFUSAL_CODES } from './refusals';
import { KNOWN_STATUSES } from './statuses';
import { renderAll, renderExplained } from './text';
import { ALL_CODES, type Explained, explainTopic, type Topic, topicOf } from './topic';
import { VERDICT_CODES } from './verdicts';

const CODE = 'code: string, exit: number, meaning: string, causes: string[], fixes: string[]';
const REFUSAL =
  'refusal: string, status: number, meaning: string, causes: string[], fixes: string[]';
const EXIT = `exit: number, meaning: string, codes: {${CODE}}[]`;
const STATUS = `status: number, meaning: string, codes: {${CODE}}[], refusals: {${REFUSAL}}[]`;
const VERDICT = `verdict: string, meaning: string, advice: string, codes: {${CODE}}[]`;
const SENTENCE = `sentence: string, meaning: string, codes: {${CODE}}[]`;

/** The JSON of `vstoken explain`: one explanation, all explanations for a text on standard input, or lists of codes. */
type ExplainDocument =
  | Explained
  | { readonly found: readonly Explained[] }
  | {
      /** The command that can end with these codes. Absent if all codes are listed. */
      readonly command?: string;
      readonly exits: readonly ExitCode[];
      readonly codes: readonly ExplainedCode[];
    };

/** The argument that means standard input. */
const STDIN = '-';

/**
 * @throws CliError `invalid_value` if the word is unknown. The message does not quote the word, because it may be a pasted
 * secret.
 */
function parseTopic(word: string): Topic {
  const topic = topicOf(word);
  if (topic) return topic;
  const name = word.toLowerCase().replaceAll('-', '_');
  const near = nearest(name, [...ERROR_CODES, ...REFUSAL_CODES, ...VERDICT_CODES]);
  throw new CliError(
    'invalid_value',
    'The argument is not a known error code, exit code, HTTP status, verdict or message of the service.',
    {
      hint: near ? `Did you mean: vstoken explain ${near}` : 'To list all codes: vstoken explain',
    },
  );
}

/** Returns all words that can be explained, with their meanings. Used for shell completion. */
const words = () => [
  ...ERROR_CODES.map((code) => [code, meaningOf(code)] as const),
  ...EXIT_CODES.map(({ exit, meaning }) => [String(exit), meaning] as const),
  ...KNOWN_STATUSES,
  ...REFUSAL_CODES.map((code) => [code, 'an error answer of vstoken serve'] as const),
  ...VERDICT_CODES.map((code) => [code, 'a verdict of vstoken inspect'] as const),
];

export const explain = defineCommand({
  name: 'explain',
  summary: 'explain an error code, and how to fix the error',
  description:
    'Explains an error: its meaning, causes and fixes. The command uses no key and no network. It also finds errors in a text on standard input, such as the output or the JSON of vstoken, an answer of vstoken serve, or a log. This text is never printed.',
  operands: [
    {
      name: '[code]',
      summary:
        'an error code such as token_spent, an exit code such as 4, an HTTP status such as 401, a code of vstoken serve, a verdict of vstoken inspect, a message of the service, or - for standard input; without an argument: all error codes',
      completes: () => ({
        words: words().filter(
          ([word], index, all) => all.findIndex(([other]) => other === word) === index,
        ),
      }),
    },
  ],
  operandsHint:
    'Give one code, for example: vstoken explain 403. Put a message of the service in quotes. To explain the errors in a file: vstoken explain < error.txt',
  options: {
    command: value(
      '--command <command>',
      'list the errors that the named command can end with',
      (name) => name,
      {
        completes: { words: [], hasCommands: true },
      },
    ),
  },
  examples: [
    {
      about: 'the meaning of an error code, and how to fix the error',
      line: 'vstoken explain token_spent',
    },
    {
      about: 'the meaning of an HTTP status, and the errors of vstoken with this status',
      line: 'vstoken explain 401',
    },
    {
      about: 'the errors in a text, such as a log',
      line: 'echo "HTTP/1.1 401" | vstoken explain',
    },
    { about: 'the errors that a command can end with', line: 'vstoken explain --command mint' },
    { about: 'all codes, for a script', line: 'vstoken explain --json' },
  ],
  errors: ['stdin_is_terminal', 'stdin_unreadable'],
  json: {
    'CODE --json': `{${CODE}}`,
    'EXIT --json': `{${EXIT}}`,
    'STATUS --json': `{${STATUS}}`,
    'REFUSAL --json': `{${REFUSAL}}`,
    'VERDICT --json': `{${VERDICT}}`,
    'SENTENCE --json': `{${SENTENCE}}`,
    '--json < FILE': '{found: object[]}',
    '--json': `{command?: string, exits: {exit: number, meaning: string}[], codes: {${CODE}}[]}`,
  },
  targetOptions: [],
  timeoutMs: null,

  check({ command }, globals, [word]) {
    if (word !== undefined && word !== STDIN) parseTopic(word);
    if (command !== undefined && word !== undefined) {
      throw new CliError('conflicting_options', '--command cannot be used with a code.');
    }
    return { json: globals.json };
  },

  async run(context, { command }, [word], emit) {
    if (word !== undefined && word !== STDIN) {
      const topic = parseTopic(word);
      const explained = await explainTopic(topic);
      if (topic.kind !== 'exit' && topic.kind !== 'status') return { data: explained };
      await emit(explained);
      if ('codes' in explained && explained.codes.length > 0) showDetailsHint(context);
      return null;
    }
    if (command === undefined) {
      const text = await readPasted(context, word === STDIN);
      if (word === STDIN || text.trim() !== '') return { data: await explainText(text) };
    }
    await emit(
      command === undefined
        ? { exits: EXIT_CODES, codes: ALL_CODES }
        : await explainCommand(context, command),
    );
    showDetailsHint(context);
    return null;
  },

  render(data: ExplainDocument, _options, page) {
    if ('exits' in data) return renderAll(data.exits, data.codes, page);
    if (!('found' in data)) return renderExplained(data, page);
    return data.found.map((one) => renderExplained(one, page)).join('\n');
  },
});

/** @throws CliError `invalid_value` if the text contains nothing that can be explained; the message does not quote the text */
async function explainText(text: string): Promise<ExplainDocument> {
  const whole = topicOf(text.trim());
  const topics = whole ? [whole] : topicsIn(text);
  if (topics.length > 0) return { found: await Promise.all(topics.map(explainTopic)) };
  throw new CliError('invalid_value', 'Standard input contains no error that vstoken knows.', {
    hint: 'To check a token: vstoken inspect',
  });
}

/**
 * Prints how to see details. Called after the table is printed, because the start of a long table may have scrolled out of view.
 */
function showDetailsHint({ notes }: CommandContext): void {
  notes.tell('Details: vstoken explain CODE');
}

/** @throws CliError `invalid_value` if the command is unknown; the message lists all commands */
async function explainCommand({ commands }: CommandContext, name: string) {
  const names = commands.map((entry) => entry.name);
  const command = await commands.find((entry) => entry.name === name)?.load();
  if (!command) {
    const near = nearest(name, names);
    throw new CliError('invalid_value', `--command must be one of ${names.join(', ')}.`, {
      hint: near ? `Did you mean ${near}?` : 'See all commands: vstoken --help',
    });
  }
  const errors = [...command.errors, ...COMMON_ERRORS];
  const codes = ALL_CODES.filter(({ code }) => errors.includes(code));
  const exits = EXIT_CODES.filter(
    ({ exit }) => exit === 0 || codes.some((code) => code.exit === exit),
  );
  return { command: command.name, exits, codes };
}
