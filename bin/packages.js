// Which package that is not bundled is loaded, and which file of it. What is found is judged and named before any of it runs, and
// what is loaded then is that file: Node.js alone would look in every folder above, whoever can write there.

const { existsSync, readFileSync, realpathSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename, dirname, join, sep } = require('node:path');

/** The folders in which Node.js looks for packages, beginning in one. */
function modulesAbove(folder) {
  const parent = dirname(folder);
  return [join(folder, 'node_modules'), ...(parent === folder ? [] : modulesAbove(parent))];
}

/** Those of a package itself: the one in it, and the one that it is in. */
function modulesOf(root) {
  const parent = dirname(root);
  const around = basename(parent).startsWith('@') ? dirname(parent) : parent;
  return [join(root, 'node_modules'), ...(basename(around) === 'node_modules' ? [around] : [])];
}

/** The first package with this name, or null. */
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

/** The file that is loaded. Null where it is missing. */
function mainOf(name, modules, path, manifest) {
  try {
    return realpathSync(createRequire(join(modules, 'none.cjs')).resolve(name));
  } catch (error) {
    if (error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') return null;
    return mainForImport(path, manifest.exports);
  }
}

/** For one that require rejects: https://nodejs.org/api/packages.html#conditional-exports */
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
 * Why a package must not be loaded, or null. Whoever owns one of its folders, or may write there, could have put anything there.
 * @param uid of this user; undefined where the system has no such ids
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

/** The folder of a package, that of its scope, and the node_modules that these are in. */
function around(path) {
  const parent = dirname(path);
  if (basename(parent) === 'node_modules') return [path, parent];
  return basename(parent).startsWith('@') ? [path, ...around(parent)] : [path];
}

/** A group that has the number of the user is the user's own, as with a umask of 002; that of root is no other's. */
function judge({ uid: owner, gid, mode }, uid) {
  if (owner !== 0 && owner !== uid) return 'owner';
  const isOthers = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid && gid !== 0);
  return isOthers ? 'writable' : null;
}

const judged = new Map();

/**
 * Why a file that a package asks for must not be loaded, or null: the same of it, and of the folders up to the node_modules that it
 * is in. Of a package that is linked from elsewhere, its own folder counts.
 * @param file without links
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
