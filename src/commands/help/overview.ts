import type { CommandEntry, CommandGroup, Example } from '../../cli/define';
import { ALL_GLOBAL_OPTIONS, HELP_OPTION, VERSION_OPTION } from '../../cli/globals';
import { flag } from '../../cli/options';
import { HELP_TOPICS } from '../../core/help-topics';
import { describeOptions, type OptionHelp } from './document';

/** The content of `vstoken --help`. It is built without loading the code of any command. */
export interface Overview {
  readonly program: string;
  readonly summary: string;
  readonly usage: string;
  readonly commands: readonly {
    readonly command: string;
    readonly group: CommandGroup;
    readonly summary: string;
  }[];
  /** All global options. The help of a command lists only the global options that the command accepts. */
  readonly global_options: readonly OptionHelp[];
  readonly examples: readonly Example[];
  readonly topics: readonly { readonly topic: string; readonly summary: string }[];
}

export function describeProgram(commands: readonly CommandEntry[]): Overview {
  return {
    program: 'vstoken',
    summary: 'Mint short-lived VocalStack auth tokens, and check that they work.',
    usage: 'vstoken COMMAND [options]',
    commands: commands.map(({ name, group, summary }) => ({ command: name, group, summary })),
    global_options: describeOptions({
      ...ALL_GLOBAL_OPTIONS,
      help: flag(...HELP_OPTION),
      version: flag(...VERSION_OPTION),
    }),
    examples: [
      { about: 'try everything, without an account', line: 'vstoken test --sandbox' },
      { about: 'store an API key, once', line: 'vstoken login' },
      { about: 'print a token', line: 'vstoken mint' },
    ],
    topics: Object.entries(HELP_TOPICS).map(([topic, summary]) => ({ topic, summary })),
  };
}
