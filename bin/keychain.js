// A helper that uses the keychain in its own process, since a keychain that does not answer would block vstoken. Standard input:
// {"op","service","account","secret"?}, or {"op":"load"}, which only loads the package. Standard output: {"ok":true,"value"} or
// {"ok":false,"reason","why"?,"path"?,"version"?}.

// Set to 0 after the answer. Until then, an exit means that a promise was never settled, which is a failure.
process.exitCode = 1;

const Module = require('node:module');
const { dirname } = require('node:path');
const { faultOf, findPackage, isWithin, modulesOf } = require('./packages.js');

const ROOT = dirname(__dirname);
const PACKAGE = '@napi-rs/keyring';

// The library gives all errors the same code, so their texts are matched. These are from this version, with the real services.
const REASONS = [
  [/did not receive a reply|timed? ?out/i, 'frozen'],
  [/prompt was dismissed|is locked/i, 'locked'],
  [/dbus|no result found|not available|no such (interface|service)/i, 'absent'],
];

/** The package was found, but it cannot be used. */
class Broken extends Error {
  constructor(why, path) {
    super(why);
    Object.assign(this, { why, path });
  }
}

/**
 * The reason why the last file that the package wanted to load was refused. The package ignores the error and tries another file.
 */
let refusal = null;

/**
 * Restricts what the package may load: each further package must be as safe as the first. The native part of the keychain package
 * is such a package.
 */
function confine(main) {
  const accepted = [main];
  const resolve = Module._resolveFilename;
  let isLooking = false;
  const packageOf = (file) => accepted.find(({ path }) => isWithin(file, path));
  const look = (name, asking) => {
    isLooking = true;
    try {
      return findPackage(name, [...modulesOf(asking.path), ...modulesOf(ROOT)]);
    } finally {
      isLooking = false;
    }
  };
  Module._resolveFilename = function resolveWithin(name, parent, ...more) {
    const file = resolve.call(this, name, parent, ...more);
    if (isLooking || Module.isBuiltin(file)) return file;
    const [packageName] = /^(?:@[^/]+\/)?[^./@][^/]*/.exec(name) ?? [];
    const asking = packageOf(parent.filename) ?? main;
    const found = packageOf(file) ?? (packageName ? look(packageName, asking) : null);
    if (!found || !isWithin(file, found.path)) {
      throw Object.assign(new Error('not there'), { code: 'MODULE_NOT_FOUND' });
    }
    try {
      requireSafe({ ...found, file });
    } catch (error) {
      refusal = error;
      throw error;
    }
    if (!accepted.includes(found)) accepted.push(found);
    return file;
  };
}

function requireSafe(found) {
  const fault = faultOf(found, process.geteuid?.());
  if (fault) throw new Broken(fault.why, fault.path);
}

/** The error with which loading the native part failed. The package reports it only within a longer text. */
let linkError = null;
const link = process.dlopen;
process.dlopen = function linkWatched(...args) {
  try {
    return link.apply(this, args);
  } catch (error) {
    linkError = error;
    throw error;
  }
};

/** The error texts of Linux for a file system that is mounted with `noexec`. */
const NOT_EXECUTABLE = /failed to map segment|operation not permitted/i;

function load(found) {
  requireSafe(found);
  if (found.file === null) throw new Broken('incomplete', found.path);
  confine(found);
  try {
    // With a new `require`, since in the executable this file's own `require` finds only Node.js modules.
    return Module.createRequire(found.file)(found.file);
  } catch (error) {
    throw whyNotLoaded(error, found);
  }
}

function whyNotLoaded(error, { path }) {
  if (refusal) return refusal;
  if (linkError)
    return new Broken(NOT_EXECUTABLE.test(linkError.message) ? 'noexec' : 'damaged', path);
  return new Broken(/native binding/.test(error?.message) ? 'binding' : 'threw', path);
}

function answer(request) {
  const found = findPackage(PACKAGE, modulesOf(ROOT));
  if (!found) return { ok: false, reason: 'missing' };
  const { path, version } = found;
  let keyring;
  try {
    keyring = load(found);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { ok: false, reason: 'broken', why: error.why, path: error.path, version };
  }
  const { op, service, account, secret } = JSON.parse(request);
  if (op === 'load') return { ok: true, value: { path, version } };
  try {
    // Otherwise the library can fall back to the keyring of the Linux kernel, where keys must not be stored.
    const entry = new keyring.Entry(service, account, { linux: { store: 'secret-service' } });
    if (op === 'set') entry.setPassword(secret);
    if (op === 'delete') entry.deleteCredential();
    return { ok: true, value: op === 'get' ? entry.getPassword() : null };
  } catch (error) {
    const [, reason] = REASONS.find(([text]) => text.test(error.message)) ?? [null, 'failed'];
    return { ok: false, reason };
  }
}

let request = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  request += chunk;
});
process.stdin.on('end', () => {
  process.stdout.write(JSON.stringify(answer(request)), () => {
    process.exitCode = 0;
  });
});
