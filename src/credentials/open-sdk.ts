import type { VocalStackApi } from '../api/api';
import type { Environment } from '../core/environment';
import { SDK_PACKAGE } from '../core/sdk-package';
import { withholdDeep } from '../core/withhold';
import { proxyVariableFor } from '../network/proxy';
import { openSdk } from '../sdk/open';
import { createTokenRecorder, recordTokens } from './record-tokens';
import type { ServiceContext } from './target';

/** The SDK of a project, as `--json` prints it. */
export interface ClientRecord {
  readonly name: 'sdk';
  /** Null if the SDK's package.json has no version. */
  readonly version: string | null;
  readonly path: string;
}

/** An API client that uses the project's SDK. The SDK runs until `close` is called. */
export interface SdkInUse {
  readonly api: VocalStackApi;
  readonly client: ClientRecord;
  close(): Promise<void>;
}

/**
 * Starts the SDK of the project in the working directory. A note names the SDK before its code runs.
 * @param onFound called when the SDK was found, before its code runs
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
      notes.note(`SDK: ${SDK_PACKAGE} ${version ?? '(unknown version)'}, in ${path}`);
      const followed = variablesIgnoredBySdk(target.apiServer, context.env);
      if (followed.length > 0) {
        notes.note(
          `The built-in client uses ${followed.join(' and ')}. The SDK may ignore ${followed.length > 1 ? 'them' : 'it'}.`,
        );
      }
      onFound({ name: 'sdk', version, path });
    },
  });
  const client = withholdDeep({ name: 'sdk' as const, ...sdk }, await secrets.load());
  return { api: recordTokens(api, createTokenRecorder(context, target)), client, close };
}

/**
 * Returns the variables, such as HTTPS_PROXY or SSL_CERT_FILE, that change how the built-in client connects to a server. The SDK
 * may ignore them.
 */
function variablesIgnoredBySdk(apiServer: string, env: Environment): readonly string[] {
  const url = new URL(apiServer);
  const proxy = proxyVariableFor(url, env);
  const trust = url.protocol === 'https:' ? ['SSL_CERT_FILE', 'SSL_CERT_DIR'] : [];
  return [...(proxy ? [proxy] : []), ...trust.filter((name) => env[name])];
}
