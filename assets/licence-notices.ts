import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

/** Writes the licences of all bundled packages to licenses.txt. Most licences require that a copy contains their text. */
export const licenceNotices: Plugin = {
  name: 'licence-notices',
  generateBundle(_options, bundle) {
    const folders = Object.values(bundle)
      .flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
      .map((id) => /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0])
      .filter((folder) => folder !== undefined);
    const notices = [...new Set(folders)].sort().map(noticeOf);
    const texts = [...new Set(notices.map(({ text }) => text))];
    const groups = texts.map((text) => {
      const holders = notices.filter((notice) => notice.text === text);
      return [...holders.map(({ holder }) => holder), text, `${'-'.repeat(72)}\n`].join('\n\n');
    });
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: groups.join('\n') });
  },
};

/**
 * Returns the copyright lines and the licence text of a package. Line breaks are normalised, so that the same licence text is
 * printed only once.
 */
function noticeOf(folder: string): { readonly holder: string; readonly text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file || typeof license !== 'string') throw new Error(`${name} comes without its licence`);
  const paragraphs = readFileSync(join(folder, file), 'utf8')
    .trim()
    .split(/\r?\n[ \t]*\r?\n/)
    .map((paragraph) => paragraph.trim());
  const isTitle = (paragraph: string) =>
    /^#*\s*\(?(the )?MIT( license)?\)?/i.test(paragraph) && paragraph.length < 40;
  const isCopyright = (paragraph: string) => /^(\(c\)|©|copyright)/i.test(paragraph);
  const copyright = paragraphs.filter(isCopyright);
  const text = paragraphs
    .filter((paragraph) => !isTitle(paragraph) && !isCopyright(paragraph))
    .map((paragraph) => paragraph.replace(/\s+/g, ' '));
  return {
    holder: [`${name} ${version} (${license})`, ...copyright].join('\n'),
    text: text.join('\n\n'),
  };
}
