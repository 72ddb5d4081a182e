import type { Page } from '../../cli/define';
import { layoutFor } from './layout';
import type { Overview } from './overview';

export function renderOverview(overview: Overview, page: Page): string {
  const layout = layoutFor(page);
  const { summary, usage, commands, global_options, examples, topics } = overview;
  const optionItems = global_options.map(({ flag, short, value, about }) => ({
    term: [short, flag].filter(Boolean).join(', ') + (value === null ? '' : ` ${value}`),
    text: about,
  }));
  const commandItems = commands.map(({ command, summary: text, group }) => {
    return { term: command, text, group };
  });
  const terms = [...optionItems, ...commandItems].map(({ term }) => term);
  const groups = [...new Set(commands.map(({ group }) => group))].map((group) => {
    const items = commandItems.filter((item) => item.group === group);
    return `${layout.heading(group)}${layout.items(items, terms)}`;
  });
  const names = topics.map(({ topic }) => topic).join(', ');
  return [
    layout.paragraph(summary),
    layout.entry('Usage', usage),
    groups.join(''),
    `${layout.heading('Global options')}${layout.items(optionItems, terms)}`,
    layout.heading('Examples') +
      layout.items(examples.map(({ about, line }) => ({ term: `$ ${line}`, text: `# ${about}` }))),
    layout.entry('Topics', `vstoken help ${names}`),
  ].join('\n');
}
