/**
 * Writes the reference tables into docs/reference.md, from the output of `vstoken help --json` of the built program. Usage: `node
 * assets/readme.mjs [PATH]`. The default is docs/reference.md of this repository.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const BINARY = resolve(import.meta.dirname, '../bin/vstoken.js');
const path = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../docs/reference.md'));

const output = execFileSync(process.execPath, [BINARY, 'help', '--json'], {
  encoding: 'utf8',
  maxBuffer: 16 * 1024 * 1024,
});
const { exits, codes, variables, commands, global_options, error_json } = JSON.parse(output);

/** Escapes vertical bars, because a vertical bar would end the table cell. */
const cell = (text) => String(text).replaceAll('|', '\\|');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (names, rows) =>
  [row(...names), `|${'---|'.repeat(names.length)}`, ...rows].join('\n');

const termOf = ({ flag, short, value }) =>
  `\`${[short, flag].filter(Boolean).join(', ')}${value === null ? '' : ` ${value}`}\``;

const options = (all) =>
  table(
    ['option', 'meaning'],
    all.map((option) => row(termOf(option), option.about)),
  );

const section = ({ title, items }) =>
  table(
    [title, ''],
    items.map(({ term, text }) => row(`\`${term}\``, text)),
  );

/** The maximum width of a line in a code block, in characters. On a web page, the end of a longer line would not be visible. */
const WIDTH = 110;
const OPENING = '{[(';
const CLOSING = '}])';

/** Splits a text at a separator. Ignores separators inside brackets. */
function splitAt(separator, text) {
  const parts = [''];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (OPENING.includes(text[at])) depth += 1;
    if (CLOSING.includes(text[at])) depth -= 1;
    if (depth === 0 && text.startsWith(separator, at)) {
      parts.push('');
      at += separator.length - 1;
    } else parts[parts.length - 1] += text[at];
  }
  return parts;
}

/** Formats a JSON shape. If it does not fit into one line, each member gets its own line. */
function layOut(shape, indent = '') {
  if (indent.length + shape.length <= WIDTH) return shape;
  const union = splitAt(' | ', shape);
  if (union.length > 1) return union.map((part) => layOut(part, indent)).join(' | ');
  const [, name = '', inner, end] = /^(\w+\??: )?\{([\s\S]*)\}((?:\[\])?)$/.exec(shape) ?? [];
  if (inner === undefined) {
    const [, label, rest] = /^(\w+\??: )(\{[\s\S]*)$/.exec(shape) ?? [];
    return rest === undefined ? shape : label + layOut(rest, indent);
  }
  const deeper = `${indent}  `;
  const members = splitAt(', ', inner).map((member) => `${deeper}${layOut(member, deeper)}`);
  return `${name}{\n${members.join(',\n')}\n${indent}}${end}`;
}

const document = (title, { shape }) => `### ${title}\n\n\`\`\`ts\n${layOut(shape)}\n\`\`\``;

const TABLES = {
  options: [
    `### Every command\n\nThe help of each command says which of these options the command has.\n\n${options(global_options)}`,
    ...commands
      .filter((command) => command.options.length > 0)
      .map(({ command, usage, options: own, sections }) =>
        [`### ${command}`, `\`${usage}\``, options(own), ...sections.map(section)].join('\n\n'),
      ),
  ].join('\n\n'),
  variables: table(
    ['variable', 'meaning', 'default'],
    variables.map(({ name, meaning, default: preset }) =>
      row(`\`${name}\``, meaning, preset ?? ''),
    ),
  ),
  json: [
    document('A failure, on standard error', error_json),
    ...commands
      // The JSON of `help` is left out. Reason: it is as long as the JSON of all other commands together, and it explains itself.
      .filter(({ command }) => command !== 'help')
      .flatMap(({ command, json }) =>
        json.map((each) => document(`\`vstoken ${command} ${each.when}\``, each)),
      ),
  ].join('\n\n'),
  exits: table(
    ['exit', 'meaning'],
    exits.map(({ exit, meaning }) => row(exit, meaning)),
  ),
  errors: table(
    ['exit', 'code', 'meaning'],
    codes.map(({ exit, code, meaning }) => row(exit, `\`${code}\``, meaning)),
  ),
};

/** Replaces the text between the two marks of a table in docs/reference.md. */
function withTable(text, [name, content]) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const parts = text.split(new RegExp(`(?<=${begin}\n)[^]*?(?=${end})`));
  if (parts.length !== 2) throw new Error(`${path} must contain ${begin} and ${end} exactly once.`);
  return parts.join(`\n${content}\n\n`);
}

writeFileSync(path, Object.entries(TABLES).reduce(withTable, readFileSync(path, 'utf8')));
