import { readFile } from 'node:fs/promises';
import { CliError, shortageOf } from '../core/errors';

/** The path of the package's root folder. The same relative path is correct from this file and from the folder of the bundle. */
const PACKAGE = '../../';

/** Implements `ReadPageFile`: reads a file of the package for `vstoken serve --page`. */
export async function readPageFile(path: string): Promise<string> {
  try {
    return await readFile(new URL(`${PACKAGE}${path}`, import.meta.url), 'utf8');
  } catch (cause) {
    const hint =
      'Install vocalstack-token again. The page needs the files in the folders `examples` and `dist` of this package.';
    throw (
      shortageOf(cause) ??
      new CliError('page_not_installed', 'The files of the page could not be read.', {
        hint,
        cause,
      })
    );
  }
}
