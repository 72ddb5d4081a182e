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
  { port, allowOrigins }: SandboxManner = { port: 0, allowOrigins: [] },
): Promise<RunningSandbox> {
  try {
    return await context.startSandbox({ port, allowOrigins });
  } catch (error) {
    if (port === 0 || toCliError(error).code !== 'cannot_listen') throw error;
    const sandbox = await context.startSandbox({ port: 0, allowOrigins });
    context.notes.warn(
      `Port ${port} is taken, by another sandbox perhaps. The sandbox of this command is at ${sandbox.url}: pages have to use this address.`,
    );
    return sandbox;
  }
}
