import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from '../e2e/support/run-binary';

const IMPORT =
  /(?:^|\n)(?:import|export)\s(type\s)?[^;'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g;

export const readSource = (path: string) => readFileSync(join(ROOT, 'src', `${path}.ts`), 'utf8');

/**
 * Returns the modules of src that the entries import, directly or indirectly. The paths are relative to src and have no
 * extension.
 */
export function importedFrom(entries: readonly string[]): readonly string[] {
  const found = new Set(entries);
  for (const path of found) {
    for (const [, type, from, dynamic] of readSource(path).matchAll(IMPORT)) {
      const target = from ?? dynamic ?? '';
      if (!type && !target.endsWith('.json')) found.add(normalize(join(dirname(path), target)));
    }
  }
  return [...found];
}

/** Returns those of `codes` that the files contain, as strings or as keys of a table. */
export function codesIn<Code extends string>(
  paths: readonly string[],
  codes: readonly Code[],
): ReadonlySet<Code> {
  const text = paths.map(readSource).join('\n');
  return new Set(
    codes.filter(
      (code) => text.includes(`'${code}'`) || new RegExp(`^\\s+${code}:`, 'm').test(text),
    ),
  );
}

const HINT = /new CliError\(\s*'(\w+)',(?:(?!new CliError)[\s\S])*?\bhint: *(['"`])(.*?)\2/g;

/** Returns the hints of the errors in a file, each with the error's code. */
export function hintsIn(path: string): readonly { readonly code: string; readonly hint: string }[] {
  return [...readSource(path).matchAll(HINT)].map(([, code = '', , hint = '']) => ({ code, hint }));
}
