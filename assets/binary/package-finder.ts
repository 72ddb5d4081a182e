import { dirname } from 'node:path';
import type { PackageFinder } from '../../src/system/package-finder';

/**
 * Replaces the function of src/system/package-finder.ts in the executable. Here the code of bin/packages.js is part of the
 * executable, and vstoken's own folder is the folder of the executable.
 */
export function loadPackageFinder(): PackageFinder & { readonly folder: string } {
  const finder: PackageFinder = require('../../bin/packages.js');
  return { ...finder, folder: dirname(process.execPath) };
}
