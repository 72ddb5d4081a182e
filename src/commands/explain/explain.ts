import { COMMON_ERRORS } from '../../cli/common-errors';
import { type CommandContext, defineCommand } from '../../cli/define';
import { value } from '../../cli/options';
import { ERROR_CODES, type ErrorCode, meaningOf } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import {
  EXIT_CODES,
  type ExitCode,
  type ExplainedCode,
  explainCode,
} from '../../core/explanations/index';
import { nearest } from '../../core/nearest';
import { renderAll, renderCode, renderExit } from './text';

const CODE = 'code: string, exit: number, meaning: string, causes: string[], fixes: string[]';

/** What is explained, as `--json` prints it. */
type ExplainDocument =
  | ExplainedCode
  | (ExitCode & { readonly codes: readonly ExplainedCode[] })
  | {
      /** The command that can end with these; absent for all that there are. */
      readonly command?: string;
      readonly exits: readonly ExitCode[];
      readonly codes: readonly ExplainedCode[];
    };

type Topic =
  | { readonly kind: 'all' }
  | { readonly kind: 'code'; readonly code: ErrorCode }
  | { readonly kind: 'exit'; readonly exit: ExitCode };

/** Codes are found in any case, and with dashes. @throws CliError `invalid_value`, which does not repeat the word: it may be a secret that was pasted */
function parseTopic([word]: readonly string[]): Topic {
  if (word === undefined) return { kind: 'all' };
  const name = word.toLowerCase().replaceAll('-', '_');
  const code = ERROR_CODES.find((known) => known === name);
  if (code) return { kind: 'code', code };
  const exit = EXIT_CODES.find((known) => String(known.exit) === word);
  if (exit) return { kind: 'exit', exit };
  const near = nearest(name, ERROR_CODES);
  throw new CliError('invalid_value', 'There is no such error code, and no such exit code.', {
    hint: near ? `Did you mean: vstoken explain ${near}` : 'All of them: vstoken explain',
  });
}

const ALL_CODES = ERROR_CODES.map(explainCode).sort((a, b) => a.exit - b.exit);

export const explain = defineCommand({
  name: 'explain',
  summary: 'tell what an error code means, and what fixes it',
  description:
    'Tells what an error code means, what causes it and what fixes it, without a key and without a network.',
  operands: [
    {
      name: '[code]',
      summary:
        'an error code such as token_spent, or an exit code such as 4; all of them without it',
      completes: () => ({
        words: [
          ...ERROR_CODES.map((code) => [code, meaningOf(code)] as const),
          ...EXIT_CODES.map(({ exit, meaning }) => [String(exit), meaning] as const),
        ],
      }),
    },
  ],
  options: {
    command: value('--command <command>', 'list what this command can end with', (name) => name, {
      completes: { words: [], hasCommands: true },
    }),
  },
  examples: [
    { about: 'what an error code means, and what fixes it', line: 'vstoken explain token_spent' },
    { about: 'the error codes that end with exit code 4', line: 'vstoken explain 4' },
    { about: 'what a command can end with', line: 'vstoken explain --command mint' },
    { about: 'all of them, for a script', line: 'vstoken explain --json' },
  ],
  errors: [],
  json: {
    'CODE --json': `{${CODE}}`,
    'EXIT --json': `{exit: number, meaning: string, codes: {${CODE}}[]}`,
    '--json': `{command?: string, exits: {exit: number, meaning: string}[], codes: {${CODE}}[]}`,
  },
  reach: [],
  timeoutMs: null,

  check({ command }, globals, operands) {
    const topic = parseTopic(operands);
    if (command !== undefined && topic.kind !== 'all') {
      throw new CliError('conflicting_options', '--command excludes a code.');
    }
    return { json: globals.json };
  },

  async run(context, { command }, operands, emit) {
    const topic = parseTopic(operands);
    if (topic.kind === 'code') return { data: explainCode(topic.code) };
    if (topic.kind === 'exit') {
      const codes = ALL_CODES.filter(({ exit }) => exit === topic.exit.exit);
      await emit({ ...topic.exit, codes });
      if (codes.length > 0) tellMore(context);
      return null;
    }
    await emit(
      command === undefined
        ? { exits: EXIT_CODES, codes: ALL_CODES }
        : await explainCommand(context, command),
    );
    tellMore(context);
    return null;
  },

  render(data: ExplainDocument, _options, page) {
    if ('code' in data) return renderCode(data, page);
    return 'exits' in data
      ? renderAll(data.exits, data.codes, page)
      : renderExit(data, data.codes, page);
  },
});

/** Below the table, since its top may be out of sight. */
function tellMore({ notes }: CommandContext): void {
  notes.tell('More about one: vstoken explain CODE');
}

/** @throws CliError `invalid_value`, which names the commands and quotes nothing */
async function explainCommand({ commands }: CommandContext, name: string) {
  const names = commands.map((entry) => entry.name);
  const command = await commands.find((entry) => entry.name === name)?.load();
  if (!command) {
    const near = nearest(name, names);
    throw new CliError('invalid_value', `--command takes one of ${names.join(', ')}.`, {
      hint: near ? `Did you mean ${near}?` : 'What each does: vstoken --help',
    });
  }
  const errors = [...command.errors, ...COMMON_ERRORS];
  const codes = ALL_CODES.filter(({ code }) => errors.includes(code));
  const exits = EXIT_CODES.filter(
    ({ exit }) => exit === 0 || codes.some((code) => code.exit === exit),
  );
  return { command: command.name, exits, codes };
}
