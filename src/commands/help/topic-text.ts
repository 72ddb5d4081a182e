import type { Page } from '../../cli/define';
import { layoutFor } from './layout';
import type { TopicHelp } from './topics';

export function renderTopic({ sections }: TopicHelp, page: Page): string {
  const layout = layoutFor(page);
  return sections
    .map(({ title, items, note }) => {
      const list = `${layout.heading(title)}${layout.items(items)}`;
      return note === null ? list : `${list}\n${layout.paragraph(note)}`;
    })
    .join('\n');
}
