import type { RunningSandbox } from '../context/servers';
import { CliError, toCliError } from '../core/errors';
import { secret } from '../core/secret';
import type { SandboxManner, Target, TargetChoice, TargetContext } from './target';

/** A target that ends with the command. @throws CliError `conflicting_options`, `cannot_listen` */
export async function openSandbox(
  context: TargetContext,
  choice: TargetChoice,
  manner?: SandboxManner,
): Promise<Target> {
  const given = { '--api-server': choice.apiServer, '--profile': choice.profile };
  const other = Object.entries(given).find(([, value]) => value !== undefined);
  if (other) {
    throw new CliError(
      'conflicting_options',
      `--sandbox is a server with a key of its own: it excludes ${other[0]}.`,
    );
  }
  const sandbox = await startSandbox(context, manner);
  const key = secret(sandbox.apiKey);
  return {
    apiServer: sandbox.url,
    sandbox: true,
    profile: null,
    settings: {},
    key: async () => ({ key, source: 'embedded sandbox' }),
    close: () => sandbox.close(),
  };
}

async function startSandbox(
  context: TargetContext,
  manner: SandboxManner = { port: 0, allowOrigins: [], allowPrivateAudio: false },
): Promise<RunningSandbox> {
  try {
    return await context.startSandbox(manner);
  } catch (error) {
    if (manner.port === 0 || toCliError(error).code !== 'cannot_listen') throw error;
    const sandbox = await context.startSandbox({ ...manner, port: 0 });
    context.notes.warn(
      `Port ${manner.port} is taken, by another sandbox perhaps. The sandbox of this command is at ${sandbox.url}: pages have to use this address.`,
    );
    return sandbox;
  }
}
