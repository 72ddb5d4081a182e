import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of bin/packages.js. The same relative path is correct from this file and from the folder of the bundle. */
const PACKAGES = '../../bin/packages.js';

/**
 * The functions of bin/packages.js. bin/sdk-host.js loads the SDK with the same functions, so `doctor` reports the package that
 * would really be loaded.
 */
export interface PackageFinder {
  findPackage(name: string, modules: readonly string[]): InstalledPackage | null;
  modulesAbove(folder: string): readonly string[];
  faultOf(
    found: InstalledPackage,
    uid: number | undefined,
  ): { readonly why: string; readonly path: string } | null;
}

interface InstalledPackage {
  readonly path: string;
  readonly version: string | null;
  readonly file: string | null;
}

/**
 * Loads the functions of bin/packages.js. In the standalone executable, assets/binary/package-finder.ts replaces this file.
 * @returns the functions, and vstoken's own folder
 */
export function loadPackageFinder(): PackageFinder & { readonly folder: string } {
  const path = fileURLToPath(new URL(PACKAGES, import.meta.url));
  const finder: PackageFinder = createRequire(path)(path);
  return { ...finder, folder: dirname(path) };
}
