// Finds packages that are not bundled, and the file to load from each package. A package is checked before any of its code runs,
// and then exactly the checked file is loaded. Reason: Node.js searches for packages in every parent folder, even if other users
// can write there.

const { existsSync, readFileSync, realpathSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename, dirname, join, sep } = require('node:path');

/**
 * Returns the path of node_modules in `folder` and in each of its parent folders. Node.js searches for packages at these paths.
 */
function modulesAbove(folder) {
  const parent = dirname(folder);
  return [join(folder, 'node_modules'), ...(parent === folder ? [] : modulesAbove(parent))];
}

/**
 * Returns the node_modules folders in which a package finds other packages: the one inside the package, and the one that contains
 * the package.
 */
function modulesOf(root) {
  const parent = dirname(root);
  const around = basename(parent).startsWith('@') ? dirname(parent) : parent;
  return [join(root, 'node_modules'), ...(basename(around) === 'node_modules' ? [around] : [])];
}

/** Returns the package `name` from the first node_modules folder that contains it. Null if none contains it. */
function findPackage(name, modules) {
  const folder = modules.find((each) => existsSync(join(each, name, 'package.json')));
  if (folder === undefined) return null;
  const path = realpathSync(join(folder, name));
  const manifest = readManifest(path);
  const { version } = manifest;
  const file = mainOf(name, folder, path, manifest);
  return {
    ...{ name, path, file, modules: folder },
    version: typeof version === 'string' && /^[\w.+-]{1,64}$/.test(version) ? version : null,
  };
}

function readManifest(path) {
  try {
    return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) ?? {};
  } catch {
    return {};
  }
}

/** Returns the path of the file that is loaded for a package. Null if the file is missing. */
function mainOf(name, modules, path, manifest) {
  try {
    return realpathSync(createRequire(join(modules, 'none.cjs')).resolve(name));
  } catch (error) {
    if (error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') return null;
    return mainForImport(path, manifest.exports);
  }
}

/**
 * Returns the file of a package that supports only `import`, not `require`.
 * https://nodejs.org/api/packages.html#conditional-exports
 */
function mainForImport(path, exports) {
  const target = targetOf(exports?.['.'] ?? exports);
  try {
    return target === null ? null : realpathSync(join(path, target));
  } catch {
    return null;
  }
}

const CONDITIONS = ['node', 'import', 'module-sync', 'default'];

function targetOf(value) {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return null;
  const values = Array.isArray(value)
    ? value
    : Object.entries(value).flatMap(([name, each]) => (CONDITIONS.includes(name) ? [each] : []));
  return values.map(targetOf).find((target) => target !== null) ?? null;
}

const isWithin = (path, folder) => path.startsWith(folder + sep);

/**
 * Returns why a package must not be loaded. Null if the package is safe. A package is unsafe if another user owns its files or
 * folders, or can write to them, because that user could have replaced the code. It is also unsafe if the file to load is outside
 * of its folder.
 * @param uid the id of the current user; undefined on systems without user ids
 */
function faultOf({ name, path, file, modules }, uid) {
  if (file !== null && !isWithin(file, path)) return { why: 'outside', path: file };
  if (uid === undefined) return null;
  const scope = name.includes('/') ? [realpathSync(join(modules, dirname(name)))] : [];
  const parts = new Set([
    realpathSync(modules),
    ...scope,
    ...around(path),
    join(path, 'package.json'),
  ]);
  if (file !== null) {
    for (let part = file; part !== path; part = dirname(part)) parts.add(part);
  }
  for (const part of parts) {
    const why = judge(statSync(part), uid);
    if (why) return { why, path: part };
  }
  return null;
}

/**
 * Returns the folder of a package, and the folders around it: a scope folder (`@scope`) and node_modules. For a linked package
 * outside of such folders, returns only its own folder.
 */
function around(path) {
  const parent = dirname(path);
  if (basename(parent) === 'node_modules') return [path, parent];
  return basename(parent).startsWith('@') ? [path, ...around(parent)] : [path];
}

/**
 * Returns why a file or folder is unsafe. Null if it is safe. Write permission for a group is safe in two cases: for root's
 * group, and for a group with the same number as the user (common with umask 002).
 */
function judge({ uid: owner, gid, mode }, uid) {
  if (owner !== 0 && owner !== uid) return 'owner';
  const isOthers = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid && gid !== 0);
  return isOthers ? 'writable' : null;
}

const judged = new Map();

/**
 * Returns why a file that a package loads is unsafe. Null if the file is safe. Checks the file and its parent folders, up to
 * node_modules. For a linked package outside of node_modules, the last folder that is checked is the package's own folder.
 * @param file a path without symbolic links
 */
function faultOfFile(file, uid) {
  for (let part = file; ; part = dirname(part)) {
    if (!judged.has(part)) judged.set(part, judge(statSync(part), uid));
    const why = judged.get(part);
    if (why) return { why, path: part };
    const isTop = basename(part) === 'node_modules' || dirname(part) === part;
    if (isTop || (part !== file && isLinked(part))) return null;
  }
}

function isLinked(folder) {
  return !folder.split(sep).includes('node_modules') && existsSync(join(folder, 'package.json'));
}

module.exports = { faultOf, faultOfFile, findPackage, isWithin, modulesAbove, modulesOf };
