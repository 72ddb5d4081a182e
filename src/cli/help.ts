import type { Help, HelpConfiguration } from 'commander';
import type { ErrorCode } from '../core/error-codes';
import { COMMON_ERRORS } from './common-errors';
import type { Command } from './define';

const KEY_NOTE =
  'The API key comes from VOCALSTACK_API_KEY, from the file that VOCALSTACK_API_KEY_FILE names, or from vstoken login. No option takes a secret: arguments can be seen by every user of the machine.';

const FIRST_STEPS = `Examples:
  # all of it, without an account
  $ vstoken test --sandbox
  # store a key, once
  $ vstoken login
  # a token, on standard output
  $ vstoken mint
  # everything about a command
  $ vstoken help mint
  # what an error code means
  $ vstoken explain token_spent`;

/** Below this width there is no room for two columns. */
const NARROW_COLUMNS = 60;
const NARROWEST = 20;

/** How help is laid out: two columns, or in a narrow terminal one below the other. */
export function helpLayout(columns: number): HelpConfiguration {
  if (columns >= NARROW_COLUMNS) return { helpWidth: columns };
  return {
    helpWidth: columns,
    minWidthToWrap: NARROWEST,
    formatItem(term, _termWidth, description, help) {
      const text = help.boxWrap(description, Math.max(NARROWEST, columns - 6));
      return `  ${term}\n      ${text.split('\n').join('\n      ')}`;
    },
  };
}

/** What stands below the commands in the help of the program. */
export function programHelp(help: Help, columns: number): string {
  return `\n${help.boxWrap(KEY_NOTE, columns)}\n\n${FIRST_STEPS}\n\n`;
}

/** What stands below the options in a command's help: examples, the JSON document, exit and error codes. */
export async function commandHelp(command: Command, help: Help, columns: number): Promise<string> {
  const examples = command.examples
    .map(({ about, line }) => `  ${indent(help.boxWrap(`# ${about}`, columns - 2))}\n  $ ${line}`)
    .join('\n');
  const json = indent(help.boxWrap(command.json, columns - 2));
  return `
Examples:
${examples}

With --json:
  ${json}

Exit and error codes:
${await listErrors(command.errors, help)}

More about one: vstoken explain CODE
${listAppendix(command, help)}
`;
}

function indent(text: string): string {
  return text.split('\n').join('\n  ');
}

function listAppendix({ appendix }: Command, help: Help): string {
  if (!appendix) return '';
  const width = Math.max(...appendix.items.map(([term]) => term.length));
  const items = appendix.items.map(([term, text]) => help.formatItem(term, width, text, help));
  return `\n${appendix.title}:\n${items.join('\n')}\n`;
}

async function listErrors(codes: readonly ErrorCode[], help: Help): Promise<string> {
  const { exitCodeOf, meaningOf } = await import('../core/error-codes');
  const unique = [...new Set([...codes, ...COMMON_ERRORS])];
  const width = Math.max(...unique.map((code) => code.length)) + EXIT_WIDTH;
  return unique
    .sort((a, b) => exitCodeOf(a) - exitCodeOf(b))
    .map((code) => {
      const term = `${String(exitCodeOf(code)).padStart(EXIT_WIDTH - 2)}  ${code}`;
      return help.formatItem(term, width, meaningOf(code), help);
    })
    .join('\n');
}

const EXIT_WIDTH = 5;
