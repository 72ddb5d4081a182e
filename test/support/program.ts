import { join, resolve } from 'node:path';

/** The file of the built package that Node.js runs. */
export const BINARY = join(import.meta.dirname, '../../bin/vstoken.js');

/** Where `npm run binary` puts the executable for this system. */
const BUILT = join(
  import.meta.dirname,
  `../../binary/${process.platform}-${process.arch}/vstoken${process.platform === 'win32' ? '.exe' : ''}`,
);

/** The path of an executable, or `built`, where the tests are of that and not of the package. */
const { VSTOKEN_BINARY: executable } = process.env;

export const isOfExecutable = Boolean(executable);

/** The words that start the program which is tested. */
export const PROGRAM: readonly [file: string, ...args: string[]] = executable
  ? [executable === 'built' ? BUILT : resolve(executable)]
  : [process.execPath, BINARY];

/** For a script, which starts it by `$NODE $BIN mint`: for the executable the second one is nothing. */
export const PROGRAM_VARIABLES = { NODE: PROGRAM[0], BIN: PROGRAM[1] ?? '' } as const;
