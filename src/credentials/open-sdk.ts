import type { VocalStackApi } from '../api/api';
import type { Environment } from '../core/environment';
import { SDK_PACKAGE } from '../core/sdk-package';
import { withholdDeep } from '../core/withhold';
import { proxyVariableFor } from '../network/proxy';
import { openSdk } from '../sdk/open';
import { createTokenNotes, noteTokens } from './note-tokens';
import type { ServiceContext } from './target';

/** The SDK of a project, as `--json` names it. */
export interface ClientRecord {
  readonly name: 'sdk';
  /** Null when its manifest does not say. */
  readonly version: string | null;
  readonly path: string;
}

/** The service by way of the SDK, which runs until it is closed. */
export interface SdkInUse {
  readonly api: VocalStackApi;
  readonly client: ClientRecord;
  close(): Promise<void>;
}

/**
 * Starts the SDK of the project in the working directory, and names it before any of it runs.
 * @param onFound told of it, too
 * @throws CliError `sdk_missing`, `sdk_broken`, `timeout`
 */
export async function openSdkInUse(
  context: ServiceContext,
  onFound: (client: ClientRecord) => void = () => undefined,
): Promise<SdkInUse> {
  const { startSdkHost, clock, secrets, signal, target, notes } = context;
  const { api, sdk, close } = await openSdk({
    ...{ startHost: startSdkHost, clock, secrets, signal },
    apiServer: target.apiServer,
    trace: notes.trace,
    onFound({ version, path }) {
      notes.note(`SDK: ${SDK_PACKAGE} ${version ?? 'of an unknown version'}, in ${path}`);
      const followed = followedBeside(target.apiServer, context.env);
      if (followed.length > 0) {
        notes.note(
          `The built-in client follows ${followed.join(' and ')}; whether the SDK does is up to it.`,
        );
      }
      onFound({ name: 'sdk', version, path });
    },
  });
  const client = withholdDeep({ name: 'sdk' as const, ...sdk }, await secrets.load());
  return { api: noteTokens(api, createTokenNotes(context, target)), client, close };
}

/** The variables on its network that the built-in client obeys for a server, and an SDK maybe not. */
function followedBeside(apiServer: string, env: Environment): readonly string[] {
  const url = new URL(apiServer);
  const proxy = proxyVariableFor(url, env);
  const trust = url.protocol === 'https:' ? ['SSL_CERT_FILE', 'SSL_CERT_DIR'] : [];
  return [...(proxy ? [proxy] : []), ...trust.filter((name) => env[name])];
}
