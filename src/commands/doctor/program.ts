import { engines } from '../../../package.json';
import type { FoundPackage, FoundSdk, Probes } from '../../context/probes';
import { IS_EXECUTABLE } from '../../core/distribution';
import { isWithin } from '../../core/engines';
import type { Environment } from '../../core/environment';
import { CliError } from '../../core/errors';
import { KEYCHAIN_PACKAGE } from '../../core/package-fault';
import { SDK_MAJOR, SDK_PACKAGE } from '../../core/sdk-package';
import { attempt, type Check, fail, failed, pass, skip, warn } from './checks';
import { checkDebuggingAids } from './debugging-aids';

/** The two optional packages. `sdk` is null if the package is missing. */
export interface Packages {
  readonly sdk: FoundSdk | null;
  /** An error if the keychain package is missing or cannot be used. */
  readonly keychain: FoundPackage | CliError;
}

export async function findPackages(probes: Probes, signal: AbortSignal): Promise<Packages> {
  return {
    sdk: probes.findSdk(),
    keychain: await attempt(() => probes.loadKeychainPackage(signal)),
  };
}

export function checkProgram(
  { nodeVersion, env }: { readonly nodeVersion: string; readonly env: Environment },
  otherRuntime: string | null,
  { sdk, keychain }: Packages,
): readonly Check[] {
  return [
    checkNode(nodeVersion, otherRuntime),
    checkDebuggingAids(env),
    checkKeychainPackage(keychain),
    checkSdk(sdk),
  ];
}

function checkNode(version: string, otherRuntime: string | null): Check {
  // Do not check the version of another runtime, such as Bun. Reason: the fix below installs a newer Node.js, which does not
  // change the other runtime.
  if (otherRuntime !== null) {
    return pass('node', `${otherRuntime}, instead of Node.js ${version}`);
  }
  if (IS_EXECUTABLE) return pass('node', `${version}, built into this executable`);
  if (isWithin(version, engines.node)) return pass('node', version);
  const needs = engines.node.replaceAll('||', 'or');
  return fail(
    'node',
    `${version}; vstoken needs ${needs}`,
    'Install a newer version: nvm install 22',
  );
}

/** Checks that the keychain package can be loaded. Does not read a key, because the check `key-store` reads it. */
function checkKeychainPackage(keychain: FoundPackage | CliError): Check {
  if (!(keychain instanceof CliError)) return pass('keychain-package', describePackage(keychain));
  if (keychain.code === 'keychain_not_installed') {
    return skip('keychain-package', `${KEYCHAIN_PACKAGE} is not installed (optional)`);
  }
  const { observed, fix = '' } = failed('keychain-package', keychain);
  return warn('keychain-package', observed, fix);
}

/** Checks whether --client sdk can use the SDK. */
function checkSdk(sdk: FoundSdk | null): Check {
  if (!sdk) {
    const seen = `${SDK_PACKAGE} (optional) is installed neither in the project of the current folder nor next to vstoken`;
    return skip('sdk', seen);
  }
  const seen = describePackage(sdk);
  if (sdk.fault !== null) {
    const fix = `Reinstall the package as this user: npm install ${SDK_PACKAGE}`;
    return warn('sdk', `${seen}: not loaded, because ${sdk.fault}`, fix);
  }
  if (!sdk.isWhole) {
    const fix = 'Reinstall the package with its dependencies: npm install';
    return warn('sdk', `${seen}: the main file of the package is missing`, fix);
  }
  if (sdk.version === null || sdk.version.startsWith(`${SDK_MAJOR}.`)) return pass('sdk', seen);
  const fix = `npm install ${SDK_PACKAGE}@${SDK_MAJOR}`;
  return warn('sdk', `${seen}: vstoken supports version ${SDK_MAJOR}`, fix);
}

function describePackage({ path, version }: FoundPackage): string {
  return `${version ?? '(unknown version)'}, in ${path}`;
}
