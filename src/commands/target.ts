import type { Context } from '../context';
import { parseApiKey } from '../core/api-key';
import { CliError } from '../core/errors';
import {
  chooseApiServer,
  chooseKeySource,
  KEY_FILE_VARIABLE,
  KEY_VARIABLE,
} from '../core/key-source';
import { isLoopbackOrigin } from '../core/origin';
import { type Secret, secret } from '../core/secret';
import type { GlobalValues } from './globals';
import { readKeyFile } from './key-file';

/** The server that a command talks to, and the key that it would use there. */
export interface Target {
  readonly apiServer: string;
  /** Whether the server is this process's own and is gone when the command ends. */
  readonly sandbox: boolean;
  /** The name of the stored key's profile; null for a key from the environment. */
  readonly profile: string | null;
  /** @throws CliError `no_key`, `key_empty`, `key_malformed`, `key_file_unreadable` */
  key(): Promise<KeyInUse>;
  close(): Promise<void>;
}

export interface KeyInUse {
  readonly key: Secret;
  /** Where it came from, in a few words. */
  readonly source: string;
}

/** @throws CliError `conflicting_options`, `invalid_server`, `insecure_server`, `tls_verification_disabled` */
export async function openTarget(context: Context, globals: GlobalValues): Promise<Target> {
  if (globals.sandbox) return openSandbox(context, globals);
  const apiServer = chooseApiServer(globals.apiServer, context.env);
  if (context.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' && !isLoopbackOrigin(apiServer)) {
    throw new CliError(
      'tls_verification_disabled',
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: anyone on the way could read the key, so none is sent.',
      { hint: 'Unset it. For a private certificate authority set NODE_EXTRA_CA_CERTS instead.' },
    );
  }
  return {
    apiServer,
    sandbox: false,
    profile: null,
    key: () => readKey(context),
    close: async () => undefined,
  };
}

async function openSandbox(context: Context, globals: GlobalValues): Promise<Target> {
  if (globals.apiServer !== undefined) {
    throw new CliError(
      'conflicting_options',
      '--sandbox is a server of its own: it excludes --api-server.',
    );
  }
  const sandbox = await context.startSandbox({ port: 0 });
  const key = secret(sandbox.apiKey);
  return {
    apiServer: sandbox.url,
    sandbox: true,
    profile: null,
    key: async () => ({ key, source: 'embedded sandbox' }),
    close: () => sandbox.close(),
  };
}

async function readKey(context: Context): Promise<KeyInUse> {
  const source = chooseKeySource(context.env);
  if (source.kind === 'variable') {
    return { key: parseApiKey(source.text, KEY_VARIABLE), source: KEY_VARIABLE };
  }
  return {
    key: await readKeyFile(context, source.path, `The file that ${KEY_FILE_VARIABLE} names`),
    source: KEY_FILE_VARIABLE,
  };
}
