import type { VocalStackApi } from '../api/api';
import { isObject } from '../api/wire';
import { CliError } from '../core/errors';
import { parseApiServer } from '../core/origin';
import { describeFault, type PackageFault } from '../core/package-fault';
import { SDK_PACKAGE } from '../core/sdk-package';
import { createSdkApi, NEEDED_CLASSES } from './api';
import { type SdkCallsOptions, startSdkCalls } from './calls';
import { loadError } from './failures';

export interface SdkPackage {
  /** The version in the package.json. Null if the package.json has no version. */
  readonly version: string | null;
  readonly path: string;
}

export interface SdkOptions extends SdkCallsOptions {
  /** Called with the package that was found, before any code of the package runs. */
  readonly onFound: (sdk: SdkPackage) => void;
}

export interface SdkClient {
  readonly api: VocalStackApi;
  readonly sdk: SdkPackage;
  close(): Promise<void>;
}

/**
 * Opens the official SDK of the project in the working directory.
 * @throws CliError `sdk_missing`, `sdk_broken`, `sdk_failed`, `timeout`; `invalid_server`, `insecure_server`, `proxy_invalid`
 */
export async function openSdk(options: SdkOptions): Promise<SdkClient> {
  const apiServer = parseApiServer(options.apiServer, 'The API server');
  const calls = await startSdkCalls({ ...options, apiServer });
  let sdk: FoundSdk | null = null;
  try {
    sdk = readPackage(await calls.ask({ do: 'find', name: SDK_PACKAGE }));
    if (!sdk) throw missing();
    if (sdk.fault) throw misplaced(sdk.path, sdk.fault);
    options.onFound(sdk);
    await calls.ask({ do: 'load', needs: NEEDED_CLASSES });
    const { version, path } = sdk;
    return {
      sdk: { version, path },
      api: createSdkApi(calls, { ...options, apiServer }),
      close: () => calls.stop(),
    };
  } catch (error) {
    await calls.stop();
    throw loadError(error, sdk !== null);
  }
}

/** An SDK package that was found. `fault` says why it is unsafe to load the package. `fault` is null if the package is safe. */
interface FoundSdk extends SdkPackage {
  readonly fault: PackageFault | null;
}

function readPackage(found: unknown): FoundSdk | null {
  if (!isObject(found) || typeof found['path'] !== 'string') return null;
  const { path, version, fault } = found;
  return {
    version: typeof version === 'string' ? version : null,
    path,
    fault: isObject(fault) ? describeFault(String(fault['why']), String(fault['path'])) : null,
  };
}

function misplaced(path: string, { fault, fix }: PackageFault): CliError {
  return new CliError('sdk_broken', `The SDK in ${path} was not loaded: ${fault}.`, {
    hint: `${fix}. To install your own copy: npm install ${SDK_PACKAGE}`,
  });
}

function missing(): CliError {
  return new CliError(
    'sdk_missing',
    `${SDK_PACKAGE} is not installed in the project of this folder, and not in the folder where vstoken is installed.`,
    {
      hint: 'Change to the folder of your application, where the SDK is installed. The public npm registry does not have the package today. To test without the SDK: --client builtin',
    },
  );
}
