import { engines } from '../../../package.json';
import type { FoundPackage, Probes } from '../../context/probes';
import { isWithin } from '../../core/engines';
import type { Environment } from '../../core/environment';
import { SDK_MAJOR, SDK_PACKAGE } from '../../core/sdk-package';
import { type Check, fail, pass, skip, warn } from './checks';
import { checkDebuggingAids } from './debugging-aids';

const KEYCHAIN_PACKAGE = '@napi-rs/keyring';

/** The packages that are of use here, where there are any. */
export interface Packages {
  readonly sdk: FoundPackage | null;
  readonly keychain: FoundPackage | null;
}

export function findPackages({ findPackage }: Probes): Packages {
  return {
    sdk: findPackage(SDK_PACKAGE, 'here') ?? findPackage(SDK_PACKAGE, 'program'),
    keychain: findPackage(KEYCHAIN_PACKAGE, 'program'),
  };
}

/** Of this program and what it runs on. */
export function checkProgram(
  { nodeVersion, env }: { readonly nodeVersion: string; readonly env: Environment },
  { sdk, keychain }: Packages,
): readonly Check[] {
  return [
    checkNode(nodeVersion),
    checkDebuggingAids(env),
    keychain
      ? pass('keychain-package', describePackage(keychain))
      : skip('keychain-package', `${KEYCHAIN_PACKAGE} is not installed: it is optional`),
    checkSdk(sdk),
  ];
}

function checkNode(version: string): Check {
  if (isWithin(version, engines.node)) return pass('node', version);
  const needs = engines.node.replaceAll('||', 'or');
  return fail('node', `${version}; vstoken needs ${needs}`, 'Install a newer one: nvm install 22');
}

/** What --client sdk can make of it. */
function checkSdk(sdk: FoundPackage | null): Check {
  if (!sdk) {
    const seen = `${SDK_PACKAGE} is not installed, neither here nor beside vstoken: it is optional`;
    return skip('sdk', seen);
  }
  const seen = describePackage(sdk);
  if (!sdk.isWhole) {
    const fix = 'Install it anew, with what it depends on: npm install';
    return warn('sdk', `${seen}: what is to be loaded of it is not there`, fix);
  }
  if (sdk.version === null || sdk.version.startsWith(`${SDK_MAJOR}.`)) return pass('sdk', seen);
  const fix = `npm install ${SDK_PACKAGE}@${SDK_MAJOR}`;
  return warn('sdk', `${seen}: vstoken knows version ${SDK_MAJOR}`, fix);
}

function describePackage({ path, version }: FoundPackage): string {
  return `${version ?? 'of an unknown version'}, in ${path}`;
}
