import type { Context } from '../context/context';
import { CliError, toCliError } from '../core/errors';
import {
  chooseApiServer,
  chooseKeySource,
  KEY_COMMAND_VARIABLE,
  KEY_FILE_VARIABLE,
  KEY_VARIABLE,
  type KeySource,
  SERVER_VARIABLE,
} from '../core/key-source';
import { isLoopbackOrigin } from '../core/origin';
import { namesProxy } from '../core/proxy-variables';
import type { StoredConfig } from '../core/stored-config';
import { EMPTY_CONFIG } from '../core/stored-config';
import type { ProxyServer } from '../network/proxy';
import { parseGivenKey, requireNoToken } from './given-key';
import { readKeyFile } from './key-file';
import type { KeyInUse, SandboxSettings, Target, TargetChoice, TargetContext } from './target';

/**
 * Chooses the server and the source of the API key.
 * @throws CliError `conflicting_options`, `invalid_server`, `insecure_server`, `tls_verification_disabled`
 */
export async function openTarget(
  context: TargetContext,
  choice: TargetChoice,
  settings?: SandboxSettings,
): Promise<Target> {
  if (choice.sandbox) {
    const { openSandbox } = await import('./embedded-sandbox');
    return openSandbox(context, choice, settings);
  }
  const { config, source } = await choose(context, choice);
  const stored = source instanceof CliError || source.kind !== 'stored' ? undefined : source;
  const apiServer = chooseApiServer(choice.apiServer, context.env, stored?.profile.origin, config);
  requireVerification(context, apiServer);
  if (choice.apiServer === undefined && context.env[SERVER_VARIABLE] === '') {
    context.notes.note(`${SERVER_VARIABLE} is empty, so ${apiServer} is used.`);
  }
  if (context.notes.trace && namesProxy(context.env)) {
    const { proxyFor } = await import('../network/proxy');
    traceProxy(context, () => proxyFor(new URL(apiServer), context.env));
  }
  return {
    apiServer,
    sandbox: false,
    profile: stored?.name ?? null,
    settings: config.settings,
    async key(within) {
      if (source instanceof CliError) throw source;
      const vault = within ? context.vault.withSignal(within.signal) : context.vault;
      return readKey({ ...context, ...within, vault }, source, apiServer);
    },
    close: async () => undefined,
  };
}

/** Writes the proxy to the --verbose output. Ignores an invalid proxy, since the first request reports it. */
function traceProxy({ notes }: TargetContext, findProxy: () => ProxyServer | null): void {
  try {
    const proxy = findProxy();
    const { url, variable } = proxy ?? {};
    notes.trace?.(url ? `proxy: ${url.protocol}//${url.host} (${variable})` : 'proxy: none');
  } catch {}
}

interface ConfigAndKeySource {
  readonly config: StoredConfig;
  /** The source of the key, or the error if no key was found. The error is thrown only if the command needs the key. */
  readonly source: KeySource | CliError;
}

/** Chooses the source of the key. Unreadable settings are an error only if no other source has a key. */
export async function choose(
  context: TargetContext,
  choice: TargetChoice,
): Promise<ConfigAndKeySource> {
  const config = await context.vault.read().catch(toCliError);
  if (!(config instanceof CliError)) {
    return { config, source: chooseKeySourceOrError(context, choice, config) };
  }
  const source = chooseKeySourceOrError(context, choice, EMPTY_CONFIG);
  if (source instanceof CliError) return { config: EMPTY_CONFIG, source: config };
  context.notes.note(`${config.message} The settings are ignored.`);
  return { config: EMPTY_CONFIG, source };
}

function chooseKeySourceOrError(
  { env }: Context,
  choice: TargetChoice,
  config: StoredConfig,
): KeySource | CliError {
  try {
    return chooseKeySource(choice.profile, env, config);
  } catch (error) {
    return toCliError(error);
  }
}

/**
 * Rejects a server on another machine if NODE_TLS_REJECT_UNAUTHORIZED=0 is set, because Node.js then accepts any certificate.
 * @throws CliError `tls_verification_disabled`
 */
export function requireVerification({ env }: Context, apiServer: string): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0' || isLoopbackOrigin(apiServer)) return;
  throw new CliError(
    'tls_verification_disabled',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates. Without this check, others on the network could read the key. Nothing was sent.',
    {
      hint: 'Unset NODE_TLS_REJECT_UNAUTHORIZED. For a private certificate authority, set NODE_EXTRA_CA_CERTS instead.',
    },
  );
}

/** @throws CliError if the key cannot be read; `key_for_other_server` if the key is stored for another server */
export async function readKey(
  context: TargetContext,
  source: KeySource,
  apiServer: string,
): Promise<KeyInUse> {
  if (source.kind === 'variable') {
    const key = await parseGivenKey(source.text, KEY_VARIABLE, context.notes);
    return { key, source: KEY_VARIABLE };
  }
  if (source.kind === 'file') {
    const what = `The file that ${KEY_FILE_VARIABLE} names`;
    const key = await readKeyFile(context, source.path, what, context.notes);
    return { key, source: KEY_FILE_VARIABLE };
  }
  if (source.kind === 'command') {
    const { commandOfVariable, readKeyFromCommand } = await import('./key-command');
    const key = await readKeyFromCommand(context, commandOfVariable(source.text));
    return { key, source: KEY_COMMAND_VARIABLE };
  }
  const { readStoredKey } = await import('./stored-key');
  return readStoredKey(context, source, apiServer);
}

/**
 * Reads the key. Rejects a key that the ledger lists as a token, because a token must not be sent as a key. A key in a store is
 * not checked, because `login` has checked it. Slower than `readKey`, since it reads the ledger.
 * @throws CliError the same errors as `readKey`; `key_malformed` if the key is a token of the ledger
 */
export async function readKeyUnlessToken(
  context: TargetContext,
  source: KeySource,
  apiServer: string,
): Promise<KeyInUse> {
  const inUse = await readKey(context, source, apiServer);
  if (source.kind === 'stored' && source.profile.store !== 'command') return inUse;
  const what = source.kind === 'file' ? `The file that ${KEY_FILE_VARIABLE} names` : inUse.source;
  await requireNoToken(context, inUse.key, what);
  return inUse;
}
