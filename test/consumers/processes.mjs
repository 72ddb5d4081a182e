import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

/** What takes longer is stuck. */
const LIMIT_MS = 120_000;
const STOP_MS = 10_000;
const MAX_OUTPUT = 4000;

/** @throws Error with the end of its output, unless it ends with 0 */
export async function runCommand(command, args, options) {
  const running = start(command, args, options);
  const timer = setTimeout(() => running.child.kill('SIGKILL'), LIMIT_MS);
  const { code, signal } = await running.ended;
  clearTimeout(timer);
  if (code !== 0) {
    const line = [command, ...args].join(' ');
    throw new Error(
      `${line} ended with ${code ?? signal}:\n${running.output().slice(-MAX_OUTPUT)}`,
    );
  }
}

/** A server that listens. `stop()` tells it to end and waits until it has. */
export async function startServer(command, port, options) {
  const running = start('sh', ['-c', `exec ${command}`], options);
  const isOver = { value: false };
  running.ended.then(() => {
    isOver.value = true;
  });
  const deadline = Date.now() + LIMIT_MS;
  while (!(await isListening(port))) {
    if (isOver.value || Date.now() > deadline) {
      running.child.kill('SIGKILL');
      throw new Error(`${command} does not listen:\n${running.output().slice(-MAX_OUTPUT)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    output: running.output,
    async stop() {
      running.child.kill('SIGTERM');
      const timer = setTimeout(() => running.child.kill('SIGKILL'), STOP_MS);
      const end = await running.ended;
      clearTimeout(timer);
      return end;
    },
  };
}

function start(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended = new Promise((resolve) => {
    child.on('error', ({ message }) => resolve({ code: 127, signal: message }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, ended, output: () => output };
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => socket.end(() => resolve(true)));
    socket.on('error', () => resolve(false));
  });
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
