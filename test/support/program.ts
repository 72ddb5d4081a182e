import { join, resolve } from 'node:path';

export const BINARY = join(import.meta.dirname, '../../bin/vstoken.js');

/** The path of the executable for this system, which `npm run binary` writes. */
const BUILT = join(
  import.meta.dirname,
  `../../binary/${process.platform}-${process.arch}/vstoken${process.platform === 'win32' ? '.exe' : ''}`,
);

/** The path of the executable to test. `built` means the executable of `npm run binary`. If unset, the package is tested. */
const { VSTOKEN_BINARY: executable } = process.env;

export const isOfExecutable = Boolean(executable);

/** The command that starts the program under test. */
export const PROGRAM: readonly [file: string, ...args: string[]] = executable
  ? [executable === 'built' ? BUILT : resolve(executable)]
  : [process.execPath, BINARY];

/** Variables for scripts that start the program: `$NODE $BIN mint`. For the executable, BIN is empty. */
export const PROGRAM_VARIABLES = { NODE: PROGRAM[0], BIN: PROGRAM[1] ?? '' } as const;
