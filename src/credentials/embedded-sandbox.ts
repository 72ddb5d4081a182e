import type { RunningSandbox } from '../context/servers';
import { CliError, toCliError } from '../core/errors';
import { secret } from '../core/secret';
import { showSandbox } from './show-sandbox';
import type { SandboxSettings, Target, TargetChoice, TargetContext } from './target';

/**
 * Starts a sandbox. Returns the target of the command: the sandbox and its key. Closing the target stops the sandbox.
 * @throws CliError `conflicting_options`, `cannot_listen`
 */
export async function openSandbox(
  context: TargetContext,
  choice: TargetChoice,
  settings?: SandboxSettings,
): Promise<Target> {
  const given = { '--api-server': choice.apiServer, '--profile': choice.profile };
  const other = Object.entries(given).find(([, value]) => value !== undefined);
  if (other) {
    throw new CliError(
      'conflicting_options',
      `--sandbox cannot be used with ${other[0]}: the sandbox has its own server and key.`,
    );
  }
  const sandbox = await startSandbox(context, settings);
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

const EPHEMERAL: SandboxSettings = { port: 0, allowOrigins: [], allowPrivateAudio: false };

async function startSandbox(
  context: TargetContext,
  { shows, json = false, ...settings }: SandboxSettings = EPHEMERAL,
): Promise<RunningSandbox> {
  const { notes, signal } = context;
  const isShown = shows === 'always' || (shows === 'verbose' && notes.trace !== undefined);
  const shown = isShown && { log: showSandbox({ notes, signal }, { json, only: 'refusals' }) };
  try {
    return await context.startSandbox({ ...settings, ...shown });
  } catch (error) {
    if (settings.port === 0 || toCliError(error).code !== 'cannot_listen') throw error;
    const sandbox = await context.startSandbox({ ...settings, ...shown, port: 0 });
    context.notes.warn(
      `Port ${settings.port} is in use, perhaps by another sandbox. The sandbox of this command listens at ${sandbox.url}. Web pages must use this address.`,
    );
    return sandbox;
  }
}
