import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The same relative path works from this file and from the folder of the bundle. */
const PACKAGES = '../../bin/packages.js';

/** The same functions that bin/sdk-host.js uses, so that the doctor describes what would be loaded. */
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
 * Loads the finder, and returns it with the program's own folder. The executable uses assets/binary/package-finder.ts instead.
 */
export function loadPackageFinder(): PackageFinder & { readonly folder: string } {
  const path = fileURLToPath(new URL(PACKAGES, import.meta.url));
  const finder: PackageFinder = createRequire(path)(path);
  return { ...finder, folder: dirname(path) };
}
