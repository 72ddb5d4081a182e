import { EventEmitter } from 'node:events';
import { main } from '../../../src/cli/main';
import type { Context } from '../../../src/context/context';
import type { Output } from '../../../src/context/io';
import { createNodeContext } from '../../../src/system/context.node';
import { wantsColor } from '../../../src/terminal/io';
import { runIntoFiles } from '../../support/run';
import type { Result, SpawnOptions } from './run-binary';
import { createTempHome } from './temp-home';

export interface HereOptions extends Pick<SpawnOptions, 'env' | 'stdin' | 'cwd'> {
  /**
   * Replaces parts of the context (the clock, the files, the network and other things from outside the program): receives the
   * real context, and returns the context for the run.
   */
  readonly context?: (built: Context) => Context;
}

/**
 * Runs the source code in this process. The interface is the same as that of `runBinary`. Tests use it where a separate process
 * is not needed. The context is real, except for the standard streams and the home folder. Temporary files are written to the
 * TMPDIR of the tests.
 */
export async function runHere(
  args: readonly string[],
  { env = {}, stdin = '', cwd, context = (built) => built }: HereOptions = {},
): Promise<Result> {
  const temp = createTempHome(cwd);
  const variables = { PATH: process.env['PATH'], HOME: temp.home, TMPDIR: temp.tmp, ...env };
  const text = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    isTerminal: false,
    color: wantsColor(variables, false),
    columns: () => 80,
    rows: () => 24,
    async write(written) {
      text[name] += written;
    },
  });
  const built = createNodeContext(processIn(variables, temp.work));
  const code = await main(
    args,
    context({
      ...built,
      io: {
        stdout: output('out'),
        stderr: output('err'),
        stdin: {
          isTerminal: false,
          async read(maxBytes, _signal, onFirst) {
            if (stdin !== '') onFirst?.();
            return Buffer.from(stdin).subarray(0, maxBytes).toString('utf8');
          },
          readBytes: async (maxBytes) => Buffer.from(stdin).subarray(0, maxBytes),
        },
      },
      async runProgram(program) {
        const ended = await runIntoFiles(program);
        text.out += ended.out;
        text.err += ended.err;
        return ended.code;
      },
    }),
  );
  temp.release();
  return { code, signal: null, ...text };
}

/** Returns a `process` object with other variables and another working directory. The object receives no signals. */
function processIn(env: NodeJS.ProcessEnv, folder: string): NodeJS.Process {
  const { platform, arch, pid, execPath, versions } = process;
  return Object.assign(new EventEmitter(), {
    ...{ platform, arch, pid, execPath, versions, env },
    cwd: () => folder,
    nextTick: process.nextTick,
    geteuid: process.geteuid?.bind(process),
    kill: process.kill.bind(process),
  }) as unknown as NodeJS.Process;
}
