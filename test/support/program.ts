import { join, resolve } from 'node:path';

export const BINARY = join(import.meta.dirname, '../../bin/vstoken.js');

/** The path of the executable for this system, which `npm run binary` writes. */
const BUILT = join(
  import.meta.dirname,
  `../../binary/${process.platform}-${process.arch}/vstoken${process.platform === 'win32' ? '.exe' : ''}`,
);

/**
 * The path of the executable to test. The value `built` means the executable that `npm run binary` writes. If VSTOKEN_BINARY is
 * not set, the tests run the npm package.
 */
const { VSTOKEN_BINARY: executable } = process.env;

export const isOfExecutable = Boolean(executable);

/** The command that starts the program to test: the executable, or Node.js with the program of the npm package. */
export const PROGRAM: readonly [file: string, ...args: string[]] = executable
  ? [executable === 'built' ? BUILT : resolve(executable)]
  : [process.execPath, BINARY];

/**
 * Variables for scripts that start the program with `$NODE $BIN mint`. If the executable is tested, NODE is the executable and
 * BIN is empty.
 */
export const PROGRAM_VARIABLES = { NODE: PROGRAM[0], BIN: PROGRAM[1] ?? '' } as const;
