import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../context/clock';
import type { HostEvents, SdkHost } from '../context/sdk-host';
import type { Environment } from '../core/environment';
import { helperProcess } from '../core/helper-process';
import { environmentOfSdk } from './environment';

/** The program that runs in the SDK's process. The path is correct from this file, and also from the bundled file. */
const HELPER = '../../bin/sdk-host.js';
/**
 * Time limit for reading the pipes of a killed process, in milliseconds. Needed because child processes of the killed process may
 * keep the pipes open.
 */
const DRAIN_MS = 500;
const MAX_LINE = 8192;

export interface SdkProcessOptions {
  /** The process of vstoken. The process of the SDK uses the same executable of Node.js. */
  readonly node: Pick<NodeJS.Process, 'execPath' | 'platform' | 'kill'>;
  readonly env: Environment;
  readonly apiServer: string;
  /** The folder of the project that contains the SDK. Default: the working directory. */
  readonly cwd?: string;
  readonly clock: Clock;
}

/**
 * Starts the process that runs the SDK. There is no secret in its arguments or environment.
 * @throws CliError `proxy_invalid`
 */
export function startSdkProcess(options: SdkProcessOptions, events: HostEvents): SdkHost {
  const { node, env, apiServer, cwd, clock } = options;
  const helper = helperProcess('sdk-host', fileURLToPath(new URL(HELPER, import.meta.url)));
  const child = spawn(node.execPath, helper.args, {
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...environmentOfSdk(env, apiServer), ...helper.env },
    windowsHide: true,
    // The SDK's process leads a process group, so that it can be ended together with the processes that it starts. Windows has no
    // process groups, and `detached` would open a window there.
    detached: node.platform !== 'win32',
  });
  const kill = () => {
    try {
      if (child.pid !== undefined && node.platform !== 'win32') node.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // Ignore the error: all processes of the group have already ended.
    }
  };
  // The pipes are missing if the system had too few file descriptors to start the process.
  const pipes = [child.stdout, child.stderr].flatMap((pipe) => pipe ?? []);
  for (const pipe of pipes) readLines(pipe, events.onOutput);
  child.on('message', events.onMessage);
  child.on('error', events.onEnd);
  child.on('exit', () => {
    kill();
    events.onEnd();
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    send(request) {
      // If the process has ended, nothing is sent, because `onEnd` reports the end.
      if (child.connected) child.send(request, () => undefined);
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) kill();
      await within(clock, child, closed);
      for (const pipe of pipes) pipe.destroy();
      child.unref();
    },
  };
}

async function within(clock: Clock, child: ChildProcess, closed: Promise<void>): Promise<void> {
  if (child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.timer(DRAIN_MS, resolve);
    void closed.then(() => {
      cancel();
      resolve();
    });
  });
}

function readLines(pipe: Readable, onLine: (line: string) => void): void {
  let rest = '';
  pipe.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n').map((line) => line.slice(0, MAX_LINE));
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  pipe.on('close', () => onLine(rest));
}
