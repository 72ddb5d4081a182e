// A process of its own, since a keychain that does not answer would block the one that asks.
// Standard input: {"op","service","account","secret"?}, or {"op":"load"}, which opens no keychain.
// Standard output: {"ok":true,"value"} or {"ok":false,"reason","why"?,"path"?,"version"?}.

// Until it has answered: work that is lost, and never ends, is no success.
process.exitCode = 1;

const Module = require('node:module');
const { dirname } = require('node:path');
const { faultOf, findPackage, isWithin, modulesOf } = require('./packages.js');

const ROOT = dirname(__dirname);
const PACKAGE = '@napi-rs/keyring';

// The library gives every error the same code; these are its version's texts, seen with the real services.
const REASONS = [
  [/did not receive a reply|timed? ?out/i, 'frozen'],
  [/prompt was dismissed|is locked/i, 'locked'],
  [/dbus|no result found|not available|no such (interface|service)/i, 'absent'],
];

/** A package that was found and cannot be used. */
class Broken extends Error {
  constructor(why, path) {
    super(why);
    Object.assign(this, { why, path });
  }
}

/** Why something that the package asked for was not given to it: it goes on to the next that it could take. */
let refusal = null;

/** Everything else that the package asks for has to be as well placed: the part for this system is a package of its own. */
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

/** What went wrong when the part for this system was loaded, which the package hands on as a text among others. */
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

/** As Linux says it of a file system without the right to execute. */
const NOT_EXECUTABLE = /failed to map segment|operation not permitted/i;

function load(found) {
  requireSafe(found);
  if (found.file === null) throw new Broken('incomplete', found.path);
  confine(found);
  try {
    // Not by the require of this file: in the executable it knows the modules of Node.js alone.
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
    // Otherwise Linux falls back to a keyring of the kernel, which is no place for keys.
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
