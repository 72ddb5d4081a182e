import { join, resolve } from 'node:path';

/** The file of the built package that Node.js runs. */
export const BINARY = join(import.meta.dirname, '../../bin/vstoken.js');

/** The executable that `npm run binary` made, where the tests are of it and not of the package. */
const { VSTOKEN_BINARY: executable } = process.env;

export const isOfExecutable = Boolean(executable);

/** The words that start the program which is tested. */
export const PROGRAM: readonly [file: string, ...args: string[]] = executable
  ? [resolve(executable)]
  : [process.execPath, BINARY];

/** For a script, which starts it by `$NODE $BIN mint`: for the executable the second one is nothing. */
export const PROGRAM_VARIABLES = { NODE: PROGRAM[0], BIN: PROGRAM[1] ?? '' } as const;
