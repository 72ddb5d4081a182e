import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Valid from here and from the bundle's folder. */
const PACKAGES = '../../bin/packages.js';

/** The same question as in bin/sdk-host.js, so that doctor describes what would be loaded. */
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

/** With the folder that the program itself is in. The executable has assets/binary/package-finder.ts instead. */
export function loadPackageFinder(): PackageFinder & { readonly folder: string } {
  const path = fileURLToPath(new URL(PACKAGES, import.meta.url));
  const finder: PackageFinder = createRequire(path)(path);
  return { ...finder, folder: dirname(path) };
}
