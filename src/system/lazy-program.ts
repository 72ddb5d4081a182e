import type { CaptureProgram } from '../context/capture';
import type { Clock } from '../context/clock';
import type { RunProgram } from '../context/program';
import { handleClosedTerminal } from '../terminal/closed-terminal';

/** Returns the function that runs the command of `vstoken exec`. Its code is loaded on first use. */
export function runProgramWith(node: NodeJS.Process, signal: AbortSignal): RunProgram {
  // List the inherited descriptors now. Later, the list would also contain descriptors that this process has opened. The list can
  // be read only on Linux.
  const mayRun = node.platform === 'linux' && node.argv?.includes('exec');
  const listing = mayRun
    ? import('./inherited').then(({ listInherited, stillOpen }) => {
        const inherited = listInherited(node);
        return () => stillOpen(inherited);
      })
    : undefined;
  return async (program) => {
    const { runProgram, spawnOf } = await import('./run-program');
    const spawn = await spawnOf(node.platform);
    handleClosedTerminal(node);
    const inherited = (await listing)?.() ?? [];
    signal.throwIfAborted();
    return runProgram(program, { signals: node, stdio: 'inherit', spawn, inherited });
  };
}

/** Returns the function that runs a program and returns its output. Its code is loaded on first use. */
export function captureProgramWith(node: NodeJS.Process, clock: Clock): CaptureProgram {
  return async (program, limits) => {
    const { captureProgram } = await import('./capture-program');
    const { spawnOf } = await import('./run-program');
    const { homeOfSystem } = await import('../store/home');
    const { platform } = node;
    return captureProgram(program, limits, {
      ...{ platform, clock, home: homeOfSystem(), spawn: await spawnOf(platform) },
      kill: (pid, signal) => void node.kill(pid, signal),
    });
  };
}
