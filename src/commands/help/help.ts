import { type CommandContext, defineCommand } from '../../cli/define';
import { unlistedFlag } from '../../cli/options';
import { CliError } from '../../core/errors';
import { HELP_TOPIC_NAMES, HELP_TOPICS } from '../../core/help-topics';
import { nearest } from '../../core/nearest';
import { renderCommand } from './command-text';
import { type CommandHelp, describeCommand } from './document';
import { describeProgram, type Overview } from './overview';
import { renderOverview } from './overview-text';
import { renderTopic } from './topic-text';
import type { TopicHelp } from './topics';
import type { Tree } from './tree';

/** The JSON of `vstoken help`: everything, or the part about one command or topic. The text output is made from the same data. */
type HelpDocument = Tree | Overview | CommandHelp | TopicHelp;

const MEMBERS = '{path: string, type: string}[]';
const OPTION =
  '{flag: string, short: string | null, value: string | null, summary: string, default: string | null, variable: string | null, group: string | null, values: string[] | null, repeats: boolean, about: string}';
const JSON_HELP = `{when: string, shape: string, outline: string, documents: {members: ${MEMBERS}}[]}`;
const ITEMS = '{term: string, text: string}[]';
const EXAMPLES = '{about: string, line: string}[]';
const COMMAND = `{command: string, group: string, summary: string, description: string, usage: string, operands: {name: string, summary: string, required: boolean, repeats: boolean}[], options: ${OPTION}[], global_options: ${OPTION}[], examples: ${EXAMPLES}, sections: {title: string, items: ${ITEMS}}[], json: ${JSON_HELP}[], errors: string[], timeout: string | null}`;
const TOPIC = `{topic: string, summary: string, sections: {title: string, items: ${ITEMS}, note: string | null}[]}`;
const TREE = `{program: string, version: string, summary: string, usage: string, commands: ${COMMAND}[], global_options: ${OPTION}[], examples: ${EXAMPLES}, common_errors: string[], variables: {name: string, group: string, meaning: string, default: string | null}[], exits: {exit: number, meaning: string}[], codes: {code: string, exit: number, meaning: string}[], error_json: ${JSON_HELP}, topics: ${TOPIC}[]}`;

export const help = defineCommand({
  name: 'help',
  summary: 'show the help of a command or a topic',
  description:
    'Shows the overview of all commands, the help of one command, or a topic. With --json, prints the help as JSON.',
  operands: [
    {
      name: '[topic]',
      summary: 'a command, or one of the topics below',
      completes: () => ({ words: Object.entries(HELP_TOPICS), hasCommands: true }),
    },
  ],
  options: { short: unlistedFlag() },
  examples: [
    { about: 'the help of a command, the same as vstoken mint --help', line: 'vstoken help mint' },
    { about: 'the usage, the options and one example of a command', line: 'vstoken mint -h' },
    { about: 'all environment variables', line: 'vstoken help environment' },
    { about: 'all commands and options as JSON, for a program', line: 'vstoken help --json' },
  ],
  errors: ['unknown_command'],
  appendix: { title: 'Topics', items: Object.entries(HELP_TOPICS) },
  json: { '--json': TREE, 'COMMAND --json': COMMAND, 'TOPIC --json': TOPIC },
  targetOptions: [],
  timeoutMs: null,
  hasColors: true,

  async run(context, _options, [word]): Promise<{ readonly data: HelpDocument }> {
    const { commands, globals } = context;
    if (word === undefined) {
      if (!globals.json) return { data: describeProgram(commands) };
      const { describeAll } = await import('./tree');
      return { data: await describeAll(commands) };
    }
    const entry = commands.find(({ name }) => name === word);
    if (entry) return { data: await describeCommand(entry) };
    const topic = HELP_TOPIC_NAMES.find((name) => name === word);
    if (!topic) throw unknownTopic(context, word);
    const { describeTopic } = await import('./topics');
    return { data: await describeTopic(topic) };
  },

  render(data: HelpDocument, { short }, page) {
    if ('program' in data) return renderOverview(data, page);
    return 'topic' in data ? renderTopic(data, page) : renderCommand(data, page, short);
  },
});

/**
 * Returns the error for an unknown word after `vstoken help`. The message lists all commands and topics. The hint names the
 * command or topic that is most similar to the word. The message and the hint do not quote the word, because it may be a secret.
 */
function unknownTopic({ commands }: CommandContext, word: string): CliError {
  const names = [...commands.map(({ name }) => name), ...HELP_TOPIC_NAMES];
  const near = nearest(word, names);
  return new CliError(
    'unknown_command',
    `There is no such command or topic. The commands and topics are ${names.join(', ')}.`,
    { hint: near ? `Did you mean: vstoken help ${near}` : 'See: vstoken --help' },
  );
}
