import { join, resolve } from 'node:path';

/** The file of the built package that Node.js runs. */
export const BINARY = join(import.meta.dirname, '../../bin/vstoken.js');

/** The path to which `npm run binary` writes the executable for this system. */
const BUILT = join(
  import.meta.dirname,
  `../../binary/${process.platform}-${process.arch}/vstoken${process.platform === 'win32' ? '.exe' : ''}`,
);

/** The path of the executable to test, or `built` for the one of `npm run binary`. If unset, the package is tested. */
const { VSTOKEN_BINARY: executable } = process.env;

export const isOfExecutable = Boolean(executable);

/** The command that starts the program under test. */
export const PROGRAM: readonly [file: string, ...args: string[]] = executable
  ? [executable === 'built' ? BUILT : resolve(executable)]
  : [process.execPath, BINARY];

/** The variables with which a script starts the program: `$NODE $BIN mint`. For the executable, BIN is empty. */
export const PROGRAM_VARIABLES = { NODE: PROGRAM[0], BIN: PROGRAM[1] ?? '' } as const;
