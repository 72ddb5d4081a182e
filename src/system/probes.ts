import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FoundPackage, Probes } from '../context/probes';
import { createNetworkProbes } from '../network/probes';
import { homeOfSystem } from '../store/home';

export function createProbes(
  node: Pick<NodeJS.Process, 'platform' | 'arch' | 'cwd' | 'env'>,
): Probes {
  return {
    ...createNetworkProbes(node.env),
    machine: { platform: node.platform, architecture: node.arch, home: homeOfSystem() },
    findPackage(name, from) {
      const folder = from === 'here' ? whereIn(node) : dirname(fileURLToPath(import.meta.url));
      return folder === null ? null : findFrom(folder, name);
    },
  };
}

/** Null when the working directory is gone. */
function whereIn({ cwd }: Pick<NodeJS.Process, 'cwd'>): string | null {
  try {
    return cwd();
  } catch {
    return null;
  }
}

/** As Node.js looks for it: in the folder, and in each that it is in. */
function findFrom(folder: string, name: string): FoundPackage | null {
  const path = join(folder, 'node_modules', name);
  const version = versionIn(join(path, 'package.json'));
  if (version !== undefined) {
    return { path: realpathSync(path), version, isWhole: isWhole(folder, name) };
  }
  const parent = dirname(folder);
  return parent === folder ? null : findFrom(parent, name);
}

/** Node.js resolves the name, and loads nothing. What is for import alone is taken as it is. */
function isWhole(folder: string, name: string): boolean {
  try {
    createRequire(join(folder, 'node_modules', 'none.cjs')).resolve(name);
    return true;
  } catch (error) {
    return (error as { code?: unknown } | null)?.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

/** Undefined where there is no such file. */
function versionIn(path: string): string | null | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { version } = JSON.parse(text);
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
