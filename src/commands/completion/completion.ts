import { type CommandContext, defineCommand } from '../../cli/define';
import { flag } from '../../cli/options';
import { CliError } from '../../core/errors';
import { nearest } from '../../core/nearest';
import { fitToWord, renderLines } from './render';
import { SCRIPTS, SHELLS, type Shell } from './scripts';
import { type Completion, completeWords } from './words';

/**
 * The JSON of `vstoken completion`. Without --words, it contains the completion script of a shell. With --words, it contains the
 * possible values for the word at the cursor.
 */
type CompletionDocument =
  | { readonly shell: Shell; readonly script: string }
  | ({ readonly shell: Shell } & Completion);

const MAX_INPUT_BYTES = 64 * 1024;
const NAMES = `${SHELLS.slice(0, -1).join(', ')} or ${SHELLS.at(-1)}`;

/**
 * For each shell: the line that loads the completion script, and the file to which the user adds this line. `where` is null if
 * the user runs the line only once, because the line saves the script in a folder from which every new shell loads it.
 */
const INSTALLS: Readonly<Record<Shell, readonly [where: string | null, line: string]>> = {
  bash: ['add to ~/.bashrc', 'eval "$(vstoken completion bash)"'],
  zsh: ['add to ~/.zshrc, below the line with compinit', 'eval "$(vstoken completion zsh)"'],
  fish: [null, 'vstoken completion fish > ~/.config/fish/completions/vstoken.fish'],
  powershell: ['add to $PROFILE', 'vstoken completion powershell | Out-String | iex'],
};

/** @throws CliError `invalid_value` if the shell is unknown; the message does not quote the text */
function parseShell(text: string): Shell {
  const shell = SHELLS.find((known) => known === text);
  if (shell) return shell;
  const near = nearest(text, SHELLS);
  throw new CliError('invalid_value', `The shell must be ${NAMES}.`, {
    hint: near ? `Did you mean: vstoken completion ${near}` : 'See: vstoken completion --help',
  });
}

export const completion = defineCommand({
  name: 'completion',
  summary: 'print the completion script of a shell',
  description:
    'Prints a script that lets a shell complete commands, options and values with the Tab key. At each Tab, the script asks vstoken for the possible words, so an update of vstoken does not need a new script.',
  operands: [{ name: '[shell]', summary: NAMES, completes: () => ({ words: SHELLS }) }],
  options: {
    words: flag(
      '--words',
      'for the completion script: read words from standard input, one per line, and complete the last word',
    ),
  },
  examples: [
    { about: 'the script for bash', line: 'vstoken completion bash' },
    { about: 'the script for zsh', line: 'vstoken completion zsh' },
    { about: 'the script for PowerShell', line: 'vstoken completion powershell' },
  ],
  errors: [],
  appendix: {
    title: 'To load the script in every new shell',
    items: SHELLS.map((shell) => {
      const [where, line] = INSTALLS[shell];
      return [shell, where === null ? line : `${where}: ${line}`] as const;
    }),
  },
  json: {
    'SHELL --json': '{shell: string, script: string}',
    '--words --json':
      '{shell: string, offer: "values" | "files" | "command", values: {value: string, about: string, open: boolean}[], skip: number}',
  },
  targetOptions: [],
  timeoutMs: null,

  check(_options, globals, [shell]) {
    if (shell !== undefined) parseShell(shell);
    return { json: globals.json };
  },

  async run(context, { words }, [operand]): Promise<{ readonly data: CompletionDocument }> {
    if (operand === undefined) throw missingShell(context);
    const shell = parseShell(operand);
    if (words) return { data: { shell, ...(await complete(context, shell)) } };
    if (context.io.stdout.isTerminal) {
      const [where, line] = INSTALLS[shell];
      context.notes.tell(
        `To load the script in every new shell${where === null ? '' : `, ${where}`}:`,
      );
      context.notes.showCommand(line);
    }
    return { data: { shell, script: SCRIPTS[shell] } };
  },

  render(data: CompletionDocument) {
    return 'script' in data ? SCRIPTS[data.shell] : renderLines(data.shell, data);
  },
});

/** Returns the error for a missing argument. The hint is for the shell in the variable SHELL, if vstoken supports that shell. */
function missingShell({ env }: CommandContext): CliError {
  const own = SHELLS.find((shell) => env['SHELL']?.endsWith(`/${shell}`));
  return new CliError('invalid_arguments', `The name of a shell is missing: ${NAMES}.`, {
    hint: own ? `For your shell: vstoken completion ${own}` : 'See: vstoken completion --help',
  });
}

async function complete(
  { io, signal, vault, commands }: CommandContext,
  shell: Shell,
): Promise<Completion> {
  const words = (await io.stdin.read(MAX_INPUT_BYTES, signal)).replace(/\r?\n$/, '').split(/\r?\n/);
  const listProfiles = async () => {
    // If the settings cannot be read, offer no profiles and report no error.
    const config = await vault.read().catch(() => null);
    return Object.entries(config?.profiles ?? {}).map(
      ([name, { store, origin }]) => [name, `${store}, for ${origin}`] as const,
    );
  };
  const sources = { commands, profiles: listProfiles };
  return fitToWord(shell, words.at(-1) ?? '', await completeWords(words, sources));
}
