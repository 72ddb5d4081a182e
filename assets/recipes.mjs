/**
 * Copies the code of files in test/consumers into the pages of docs/, between marks that contain the file name. Usage: `node
 * assets/recipes.mjs [PATH...]`. The default is all pages in `PAGES`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';

const CONSUMERS = resolve(import.meta.dirname, '../test/consumers');
const PAGES = ['frameworks.md', 'front-end.md', 'library.md', 'page.md', 'testing.md'];
const own = PAGES.map((page) => resolve(import.meta.dirname, '../docs', page));
const given = process.argv.slice(2).map((path) => resolve(path));

const MARKS = /(?<=<!-- (\S+): begin -->\n)[\s\S]*?(?=<!-- \1: end -->)/g;
const codeOf = (_old, name) => {
  const language = extname(name).slice(1).replace('mjs', 'js');
  return `\`\`\`${language}\n${readFileSync(resolve(CONSUMERS, name), 'utf8')}\`\`\`\n`;
};
for (const path of given.length > 0 ? given : own) {
  writeFileSync(path, readFileSync(path, 'utf8').replace(MARKS, codeOf));
}
