/**
 * Writes the tables of exit and error codes into docs/reference.md, from what the built program says of them:
 * `node assets/readme.mjs [PATH]`, PATH being that page of this repository unless said otherwise.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const BINARY = resolve(import.meta.dirname, '../bin/vstoken.js');
const path = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../docs/reference.md'));

const output = execFileSync(process.execPath, [BINARY, 'explain', '--json'], { encoding: 'utf8' });
const { exits, codes } = JSON.parse(output);

/** A bar would end the cell. */
const cell = (text) => String(text).replaceAll('|', '\\|');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (names, rows) =>
  [row(...names), `|${'---|'.repeat(names.length)}`, ...rows].join('\n');

const TABLES = {
  exits: table(
    ['exit', 'meaning'],
    exits.map(({ exit, meaning }) => row(exit, meaning)),
  ),
  errors: table(
    ['exit', 'code', 'meaning'],
    codes.map(({ exit, code, meaning }) => row(exit, `\`${code}\``, meaning)),
  ),
};

/** The text with a table in the place of what is between its marks. */
function withTable(text, [name, content]) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const parts = text.split(new RegExp(`(?<=${begin}\n)[^]*?(?=${end})`));
  if (parts.length !== 2) throw new Error(`There has to be one ${begin} with its end in ${path}.`);
  return parts.join(`\n${content}\n\n`);
}

writeFileSync(path, Object.entries(TABLES).reduce(withTable, readFileSync(path, 'utf8')));
