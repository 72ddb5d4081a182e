import type { CommandContext } from '../../cli/define';
import { CliError, toCliError } from '../../core/errors';
import {
  chooseApiServer,
  chooseKeySource,
  type KeySource,
  SERVER_VARIABLE,
} from '../../core/key-source';
import type { StoredConfig } from '../../core/stored-config';
import { EMPTY_CONFIG } from '../../core/stored-config';
import { openTarget } from '../../credentials/open-target';

/**
 * The settings, the source of the key and the server that a command would use now. A member is an error if its value cannot be
 * read or chosen.
 */
export interface DoctorTarget {
  readonly config: StoredConfig | CliError;
  readonly source: KeySource | CliError;
  /**
   * The origin of the server. An error if the server cannot be chosen, because the settings or VOCALSTACK_API_SERVER are invalid.
   */
  readonly server: string | CliError;
  readonly sandbox: boolean;
  close(): Promise<void>;
}

/** @throws CliError `invalid_server` or `insecure_server` if --api-server is invalid, and the errors of starting a sandbox */
export async function chooseDoctorTarget(context: CommandContext): Promise<DoctorTarget> {
  const { globals, env, vault } = context;
  const config = await vault.read().catch(toCliError);
  const readable = config instanceof CliError ? EMPTY_CONFIG : config;
  const chosen = catchError(() => chooseKeySource(globals.profile, env, readable));
  // If the settings cannot be read, report that error instead of a missing key. Reason: a key may be in the settings that cannot
  // be read.
  const source = chosen instanceof CliError && config instanceof CliError ? config : chosen;
  if (globals.sandbox) {
    const target = await openTarget(context, globals);
    const close = () => target.close();
    return { config, source, server: target.apiServer, sandbox: true, close };
  }
  const isStored = !(source instanceof CliError) && source.kind === 'stored';
  const origin = isStored ? source.profile.origin : undefined;
  const isNamed = globals.apiServer !== undefined || Boolean(env[SERVER_VARIABLE]);
  if (config instanceof CliError && !isNamed) {
    return { config, source, server: config, sandbox: false, close: async () => undefined };
  }
  const server = catchError(() => chooseApiServer(globals.apiServer, env, origin, readable));
  if (globals.apiServer !== undefined && server instanceof CliError) throw server;
  return { config, source, server, sandbox: false, close: async () => undefined };
}

/** Whether the server is unknown because the settings cannot be read. If so, `config` and `server` are the same error object. */
export function isServerUnknown({ config, server }: DoctorTarget): boolean {
  return server === config;
}

function catchError<Value>(task: () => Value): Value | CliError {
  try {
    return task();
  } catch (error) {
    return toCliError(error);
  }
}
