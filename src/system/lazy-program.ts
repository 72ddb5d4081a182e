import type { CaptureProgram } from '../context/capture';
import type { Clock } from '../context/clock';
import type { RunProgram } from '../context/program';
import { outliveTerminal } from '../terminal/closed-terminal';

/** Loads the code that runs programs on first use. */
export function runProgramWith(node: NodeJS.Process, signal: AbortSignal): RunProgram {
  // Listed before anything else is opened, since later descriptors are ours. Only Linux can list them.
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
    outliveTerminal(node);
    const inherited = (await listing)?.() ?? [];
    signal.throwIfAborted();
    return runProgram(program, { signals: node, stdio: 'inherit', spawn, inherited });
  };
}

/** The same for one whose output is read. */
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
