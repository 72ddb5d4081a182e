/**
 * Copies the code of the projects in test/consumers into the pages of docs/ that show it, between marks with the file's name:
 * `node assets/recipes.mjs [PATH...]`; by default all pages of this repository.
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
