// Restricts which files the SDK may load: each file must be as safe as the SDK itself. Reason: packages such as ws try to load
// optional packages, which are rarely installed. Node.js searches for them in every parent folder, even if other users can write
// there.

const Module = require('node:module');
const { pathToFileURL, fileURLToPath } = require('node:url');
const { join } = require('node:path');
const { faultOfFile } = require('./packages.js');

/**
 * Checks that a file is safe to load.
 * @throws Error with the code of a missing package if the file is not safe. Code that tries to load an optional package then
 * continues without it
 */
function requireSafe(file) {
  const fault = faultOfFile(file, process.geteuid());
  if (!fault) return;
  const what = fault.why === 'owner' ? 'belongs to another user' : 'can be changed by other users';
  throw Object.assign(
    new Error(`Cannot find module: vstoken ignores ${fault.path}, because it ${what}`),
    {
      code: 'MODULE_NOT_FOUND',
    },
  );
}

function requireSafeUrl({ url }) {
  if (url.startsWith('file:')) requireSafe(fileURLToPath(url));
}

/** Starts to check every file that is loaded. Must be called before the SDK is loaded. */
function confine() {
  // Systems without user ids, such as Windows, have no owners to check.
  if (!process.geteuid) return;
  if (Module.registerHooks) {
    Module.registerHooks({
      resolve(name, context, next) {
        const found = next(name, context);
        requireSafeUrl(found);
        return found;
      },
    });
    return;
  }
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function resolveSafe(...args) {
    const file = resolve.apply(this, args);
    if (!Module.isBuiltin(file)) requireSafe(file);
    return file;
  };
  Module.register(pathToFileURL(join(__dirname, 'sdk-confine-import.mjs')));
}

module.exports = { confine, requireSafeUrl };
