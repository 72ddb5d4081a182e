import type { Clock } from '../context/clock';
import type { FoundSdk, Probes } from '../context/probes';
import { describeFault } from '../core/package-fault';
import { SDK_PACKAGE } from '../core/sdk-package';
import { createNetworkProbes } from '../network/probes';
import { homeOfSystem } from '../store/home';
import { loadPackageFinder } from './package-finder';

export function createProbes(
  node: Pick<NodeJS.Process, 'platform' | 'arch' | 'cwd' | 'env' | 'execPath'> & {
    readonly geteuid?: () => number;
    readonly versions?: Readonly<Record<string, string | undefined>>;
  },
  clock: Clock,
): Probes {
  const { env, execPath } = node;
  return {
    ...createNetworkProbes(env),
    machine: { platform: node.platform, architecture: node.arch, home: homeOfSystem() },
    otherRuntime: nameRuntime(node.versions ?? {}),
    findSdk: () => findSdk(whereIn(node), node.geteuid?.()),
    async loadKeychainPackage(signal) {
      const { loadKeychainPackage } = await import('../store/keychain');
      return loadKeychainPackage({ node: execPath, env, clock, signal });
    },
  };
}

/**
 * Returns the name and version of the runtime. Null for Node.js. Node.js cannot be recognised by its version, because Bun and
 * Deno also report a version of Node.js.
 */
function nameRuntime({ bun, deno }: Readonly<Record<string, string | undefined>>): string | null {
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? null : `Deno ${deno}`;
}

/** Returns the working directory. Null if it was deleted. */
function whereIn({ cwd }: Pick<NodeJS.Process, 'cwd'>): string | null {
  try {
    return cwd();
  } catch {
    return null;
  }
}

function findSdk(folder: string | null, uid: number | undefined): FoundSdk | null {
  const { findPackage, modulesAbove, faultOf, folder: own } = loadPackageFinder();
  const folders = folder === null ? [own] : [folder, own];
  const found = findPackage(SDK_PACKAGE, folders.flatMap(modulesAbove));
  if (!found) return null;
  const fault = faultOf(found, uid);
  return {
    ...{ path: found.path, version: found.version, isWhole: found.file !== null },
    fault: fault && (describeFault(fault.why, fault.path)?.fault ?? null),
  };
}
