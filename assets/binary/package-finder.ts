import { dirname } from 'node:path';
import * as finder from '../../bin/packages.js';
import type { PackageFinder } from '../../src/system/package-finder';

/** Instead of src/system/package-finder.ts: the finder is within, and the packages are beside the executable. */
export function loadPackageFinder(): PackageFinder & { readonly folder: string } {
  return { ...finder, folder: dirname(process.execPath) };
}
