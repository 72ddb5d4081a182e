/**
 * Writes the code of the projects in test/consumers into docs/frameworks.md, between marks that name the file:
 * `node assets/recipes.mjs [PATH]`, PATH being that page of this repository unless said otherwise.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';

const CONSUMERS = resolve(import.meta.dirname, '../test/consumers');
const path = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../docs/frameworks.md'));

const MARKS = /(?<=<!-- (\S+): begin -->\n)[\s\S]*?(?=<!-- \1: end -->)/g;
const codeOf = (_old, name) => {
  const language = extname(name) === '.ts' ? 'ts' : 'js';
  return `\`\`\`${language}\n${readFileSync(resolve(CONSUMERS, name), 'utf8')}\`\`\`\n`;
};
writeFileSync(path, readFileSync(path, 'utf8').replace(MARKS, codeOf));
