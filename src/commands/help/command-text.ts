import type { Page } from '../../cli/define';
import type { CommandHelp, OptionHelp } from './document';
import { type Layout, layoutFor } from './layout';

/**
 * Formats the help of a command.
 * @param isShort whether to show only the usage, the options and one example
 */
export function renderCommand(help: CommandHelp, page: Page, isShort: boolean): string {
  const layout = layoutFor(page);
  const { command, description, usage } = help;
  const usageLine = layout.entry('Usage', usage);
  const options = [renderOptions(help, layout), renderGlobals(help, layout)];
  const blocks = isShort
    ? [
        usageLine,
        ...options,
        renderExamples(help.examples.slice(0, 1), layout),
        layout.entry('More', `vstoken ${command} --help`),
      ]
    : [
        usageLine,
        layout.paragraph(description),
        renderExamples(help.examples, layout),
        ...[options[0] ?? '', renderSections(help, layout), options[1] ?? ''],
        renderJson(help, layout),
        layout.entry('Errors', `vstoken explain --command ${command}`),
      ];
  return blocks.filter((block) => block !== '').join('\n');
}

function renderExamples(examples: CommandHelp['examples'], layout: Layout): string {
  const lines = examples.map(({ about, line }) => layout.comment(about) + layout.command(line));
  return `${layout.heading('Examples')}${lines.join('')}`;
}

const termOf = ({ flag, short, value }: OptionHelp) =>
  `${short === null ? '' : `${short}, `}${flag}${value === null ? '' : ` ${value}`}`;

function renderOptions({ operands, options }: CommandHelp, layout: Layout): string {
  const terms = options.map(termOf);
  const groups = [...new Set(options.map(({ group }) => group))];
  const rendered = groups.map((group) => {
    const own = options.filter((option) => option.group === group);
    const items = own.map((option) => ({ term: termOf(option), text: option.about }));
    return `${layout.heading(group ?? 'Options')}${layout.items(items, terms)}`;
  });
  const named = operands.map(({ name, summary }) => ({ term: name, text: summary }));
  const list = `${layout.heading('Arguments')}${layout.items(named, [...terms, ...operands.map(({ name }) => name)])}`;
  return [...(operands.length > 0 ? [list] : []), ...rendered].join('\n');
}

/** Lists only the names of the global options, because `vstoken --help` describes these options. */
function renderGlobals({ global_options, timeout }: CommandHelp, layout: Layout): string {
  const names = [...global_options, HELP].map(({ flag, short }) => {
    const name = short ?? flag;
    return flag === '--timeout' ? `${name} (default: ${timeout})` : name;
  });
  return layout.entry('Global options', `${names.join(', ')}. See: vstoken --help`);
}

const HELP = { flag: '--help', short: '-h' };

function renderSections({ sections }: CommandHelp, layout: Layout): string {
  return sections
    .map(({ title, items }) => `${layout.heading(title)}${layout.items(items)}`)
    .join('\n');
}

function renderJson({ json }: CommandHelp, layout: Layout): string {
  return json.map(({ when, outline }) => layout.entry(`With ${when}`, outline)).join('');
}
