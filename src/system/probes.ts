import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../context/clock';
import type { FoundSdk, Probes } from '../context/probes';
import { describeFault } from '../core/package-fault';
import { SDK_PACKAGE } from '../core/sdk-package';
import { createNetworkProbes } from '../network/probes';
import { homeOfSystem } from '../store/home';

/** Valid from here and from the bundle's folder. */
const PACKAGES = '../../bin/packages.js';

/** The same question as in bin/sdk-host.js, so that doctor describes what would be loaded. */
interface PackageFinder {
  findPackage(name: string, modules: readonly string[]): Found | null;
  modulesAbove(folder: string): readonly string[];
  faultOf(
    found: Found,
    uid: number | undefined,
  ): { readonly why: string; readonly path: string } | null;
}

interface Found {
  readonly path: string;
  readonly version: string | null;
  readonly file: string | null;
}

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

/** Both also report a version of Node.js, whose modules they emulate. */
function nameRuntime({ bun, deno }: Readonly<Record<string, string | undefined>>): string | null {
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? null : `Deno ${deno}`;
}

/** Null if the working directory was deleted. */
function whereIn({ cwd }: Pick<NodeJS.Process, 'cwd'>): string | null {
  try {
    return cwd();
  } catch {
    return null;
  }
}

function findSdk(folder: string | null, uid: number | undefined): FoundSdk | null {
  const path = fileURLToPath(new URL(PACKAGES, import.meta.url));
  const { findPackage, modulesAbove, faultOf }: PackageFinder = createRequire(path)(path);
  const folders = folder === null ? [dirname(path)] : [folder, dirname(path)];
  const found = findPackage(SDK_PACKAGE, folders.flatMap(modulesAbove));
  if (!found) return null;
  const fault = faultOf(found, uid);
  return {
    ...{ path: found.path, version: found.version, isWhole: found.file !== null },
    fault: fault && (describeFault(fault.why, fault.path)?.fault ?? null),
  };
}
