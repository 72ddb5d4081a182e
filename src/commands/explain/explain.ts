import { defineCommand } from '../../cli/define';
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

/** What is explained, as `--json` prints it. */
type ExplainDocument =
  | ExplainedCode
  | (ExitCode & { readonly codes: readonly ExplainedCode[] })
  | { readonly exits: readonly ExitCode[]; readonly codes: readonly ExplainedCode[] };

type Topic =
  | { readonly kind: 'all' }
  | { readonly kind: 'code'; readonly code: ErrorCode }
  | { readonly kind: 'exit'; readonly exit: ExitCode };

/** @throws CliError `invalid_value`, which does not repeat the word: it may be a secret that was pasted */
function parseTopic([word]: readonly string[]): Topic {
  if (word === undefined) return { kind: 'all' };
  const code = ERROR_CODES.find((known) => known === word);
  if (code) return { kind: 'code', code };
  const exit = EXIT_CODES.find((known) => String(known.exit) === word);
  if (exit) return { kind: 'exit', exit };
  const near = nearest(word.toLowerCase(), ERROR_CODES);
  throw new CliError('invalid_value', 'There is no such error code, and no such exit code.', {
    hint: near ? `Did you mean: vstoken explain ${near}` : 'All of them: vstoken explain',
  });
}

const ALL_CODES = ERROR_CODES.map(explainCode).sort((a, b) => a.exit - b.exit);

export const explain = defineCommand({
  name: 'explain',
  summary: 'tell what an error code means, and what fixes it',
  description:
    'Tells what an error code such as token_spent means, what causes it, what fixes it, and its exit code. For an exit code such as 4 it lists the error codes that end with it; without either, all of them. It needs no key and no network.',
  operands: [
    {
      name: '[code]',
      summary: 'an error code, or an exit code',
      completes: () => ({
        words: [
          ...ERROR_CODES.map((code) => [code, meaningOf(code)] as const),
          ...EXIT_CODES.map(({ exit, meaning }) => [String(exit), meaning] as const),
        ],
      }),
    },
  ],
  options: {},
  examples: [
    { about: 'what an error code means, and what fixes it', line: 'vstoken explain token_spent' },
    { about: 'the error codes that end with exit code 4', line: 'vstoken explain 4' },
    { about: 'all of them', line: 'vstoken explain' },
    { about: 'all of them, for a script', line: 'vstoken explain --json --quiet' },
    { about: 'in plain letters', line: 'vstoken explain no_key --verbose --no-color' },
  ],
  errors: [],
  json: '{"code", "exit", "meaning", "causes", "fixes"} | {"exit", "meaning", "codes": [...]} | {"exits": [{"exit", "meaning"}], "codes": [...]}',
  reach: [],
  timeoutMs: null,

  check(_options, globals, operands) {
    parseTopic(operands);
    return { json: globals.json };
  },

  async run(context, _options, operands, emit) {
    const topic = parseTopic(operands);
    if (topic.kind === 'code') return { data: explainCode(topic.code) };
    const codes =
      topic.kind === 'all' ? ALL_CODES : ALL_CODES.filter(({ exit }) => exit === topic.exit.exit);
    await emit(topic.kind === 'all' ? { exits: EXIT_CODES, codes } : { ...topic.exit, codes });
    // Below the table, since its top may be out of sight.
    if (codes.length > 0) context.notes.tell('More about one: vstoken explain CODE');
    return null;
  },

  render(data: ExplainDocument, _options, page) {
    if ('code' in data) return renderCode(data, page);
    return 'exits' in data
      ? renderAll(data.exits, data.codes, page)
      : renderExit(data, data.codes, page);
  },
});
