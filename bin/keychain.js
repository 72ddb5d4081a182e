// Uses the keychain in a separate process. Reason: a keychain that does not answer would block vstoken.
// - Standard input is a JSON request: {"op","service","account","secret"?}. The request {"op":"load"} only loads the package.
// - Standard output is the JSON answer: {"ok":true,"value"} or {"ok":false,"reason","why"?,"path"?,"version"?}.

// The exit code becomes 0 after the answer is written. If this process ends earlier, the exit code 1 reports a failure.
process.exitCode = 1;

const Module = require('node:module');
const { dirname } = require('node:path');
const { faultOf, findPackage, isWithin, modulesOf } = require('./packages.js');

const ROOT = dirname(__dirname);
const PACKAGE = '@napi-rs/keyring';

// All errors of the keychain package have the same code, so the reason is found in the message. The patterns match the messages
// of the package's pinned version.
const REASONS = [
  [/did not receive a reply|timed? ?out/i, 'frozen'],
  [/prompt was dismissed|is locked/i, 'locked'],
  [/dbus|no result found|not available|no such (interface|service)/i, 'absent'],
];

/** The package was found, but it cannot be used. `why` is the cause, and `path` is the file or folder that causes it. */
class Broken extends Error {
  constructor(why, path) {
    super(why);
    Object.assign(this, { why, path });
  }
}

/**
 * The error of the last file that the keychain package was not allowed to load. It is saved because the package does not report
 * this error, but tries to load another file.
 */
let refusal = null;

/**
 * Restricts which files the package `main` may load: its own files, and the files of other packages that bin/packages.js accepts
 * as safe. One such package contains the native part of the keychain package.
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

/**
 * The error of loading the native part of the keychain package. It is saved because the package catches it, and throws another
 * error with a longer text.
 */
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

/** Matches the error texts of Linux for a native file on a file system that is mounted with `noexec`. */
const NOT_EXECUTABLE = /failed to map segment|operation not permitted/i;

function load(found) {
  requireSafe(found);
  if (found.file === null) throw new Broken('incomplete', found.path);
  confine(found);
  try {
    // A new `require` is needed because, in the standalone executable, the `require` of this file finds only Node.js modules.
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
    // Without `store`, the library can use the keyring of the Linux kernel, where keys must not be stored.
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
