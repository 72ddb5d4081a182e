import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/** Time limit for a command and for the start of a server, in milliseconds. */
const LIMIT_MS = 240_000;
const STOP_MS = 10_000;
const MAX_OUTPUT = 4000;

/**
 * Waits for a promise.
 * @throws Error if the promise does not settle within `ms` milliseconds
 */
export async function withinLimit(promise, ms) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing came within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command.
 * @throws Error with the end of the output if the exit code is not 0
 */
export async function runCommand(command, args, options) {
  const running = start(command, args, options);
  const timer = setTimeout(() => killAll(running.child), LIMIT_MS);
  const { code, signal } = await running.ended;
  clearTimeout(timer);
  if (code !== 0) {
    const line = [command, ...args].join(' ');
    throw new Error(
      `${line} ended with ${code ?? signal}:\n${running.output().slice(-MAX_OUTPUT)}`,
    );
  }
}

/** Starts a server and waits until it listens. `stop()` sends SIGTERM and waits until the server has ended. */
export async function startServer(command, port, options) {
  const running = start('sh', ['-c', `exec ${command}`], options);
  let isOver = false;
  running.ended.then(() => {
    isOver = true;
  });
  const untilListening = async (wanted) => {
    while (!isOver && (await isListening(port)) !== wanted) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await withinLimit(untilListening(true), LIMIT_MS).catch(() => undefined);
  if (isOver || !(await isListening(port))) {
    running.child.kill('SIGKILL');
    throw new Error(`${command} does not listen:\n${running.output().slice(-MAX_OUTPUT)}`);
  }
  return {
    output: running.output,
    /** Resolves when the server no longer accepts connections. */
    untilClosed: () => untilListening(false),
    async stop() {
      running.child.kill('SIGTERM');
      const timer = setTimeout(() => running.child.kill('SIGKILL'), STOP_MS);
      const end = await running.ended;
      clearTimeout(timer);
      return end;
    },
  };
}

const children = new Set();
process.on('exit', () => {
  for (const child of children) killAll(child);
});

/**
 * Kills a process and the processes that it started. If those processes kept running, the pipe of the output would stay open, and
 * `ended` would not resolve.
 */
function killAll(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

function start(command, args, options) {
  const child = spawn(command, args, {
    ...options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.on('close', () => children.delete(child));
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

/**
 * The range of ports for the servers. The ports are lower than those that the system assigns to outgoing connections. Otherwise
 * an outgoing connection of another project could get the port before the server does.
 */
const PORTS = { first: 20_000, count: 10_000 };
let nextPort = randomInt(PORTS.count);

/** Returns a free port. No other server of this run gets the same port. */
export async function freePort() {
  const port = PORTS.first + (nextPort % PORTS.count);
  nextPort += 1;
  return (await isFree(port)) ? port : freePort();
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
