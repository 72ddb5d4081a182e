import { dirname } from 'node:path';
import type { PackageFinder } from '../../src/system/package-finder';

/**
 * Replaces src/system/package-finder.ts in the executable, which contains the finder. The packages are in the folder of the
 * executable.
 */
export function loadPackageFinder(): PackageFinder & { readonly folder: string } {
  const finder: PackageFinder = require('../../bin/packages.js');
  return { ...finder, folder: dirname(process.execPath) };
}
