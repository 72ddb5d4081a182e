import { systemClock } from './clock';
import type { Connect, Context, Files, Http, StartSandbox } from './context';
import { CliError } from './core/errors';
import { createIo } from './terminal/io';

/** Slow enough to watch a transcript grow, as it does at the service. */
const SANDBOX_PACE_MS = 120;

/** The context of a real process. What is costly to load is loaded when it is first used. */
export function createNodeContext(node: NodeJS.Process): Context {
  const clock = systemClock();
  return {
    io: createIo(node, node.env),
    env: node.env,
    clock,
    random: Math.random,
    signal: abortOnSignals(node),
    files: createFiles(),
    http: createLazyHttp(),
    connect: connectLazily,
    startSandbox: startSandboxWith(clock),
  };
}

/** The first signal asks every part to stop; the handlers are gone by then, so that a second one kills. */
function abortOnSignals(node: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const stop = (error: CliError) => {
    node.removeListener('SIGINT', interrupt);
    node.removeListener('SIGTERM', terminate);
    controller.abort(error);
  };
  const interrupt = () => stop(new CliError('interrupted', 'Interrupted.'));
  const terminate = () => stop(new CliError('terminated', 'Terminated.'));
  node.on('SIGINT', interrupt);
  node.on('SIGTERM', terminate);
  return controller.signal;
}

function createFiles(): Files {
  return {
    async readText(path, maxBytes) {
      const { open } = await import('node:fs/promises');
      const file = await open(path, 'r');
      try {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
        return buffer.toString('utf8', 0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

function createLazyHttp(): Http {
  let loaded: Promise<Http> | undefined;
  return {
    async send(request) {
      loaded ??= import('./api/http').then(({ createHttp }) => createHttp());
      return (await loaded).send(request);
    },
    close: () => void loaded?.then((http) => http.close()),
  };
}

const connectLazily: Connect = async (url, options) => {
  const { connectSocket } = await import('./api/socket');
  return connectSocket(url, options);
};

function startSandboxWith(clock: Context['clock']): StartSandbox {
  return async (options) => {
    const { startSandbox } = await import('./sandbox/server');
    return startSandbox({ ...options, clock, paceMs: SANDBOX_PACE_MS });
  };
}
