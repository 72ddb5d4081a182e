// What the SDK asks for beyond its own files has to be as well placed as the SDK itself: Node.js looks in every folder above, and
// packages such as ws ask for others that are rarely there.

const Module = require('node:module');
const { pathToFileURL, fileURLToPath } = require('node:url');
const { join } = require('node:path');
const { faultOfFile } = require('./packages.js');

/** @throws as Node.js does for a package that is not there, so that whoever can do without it does */
function requireSafe(file) {
  const fault = faultOfFile(file, process.geteuid());
  if (!fault) return;
  const what = fault.why === 'owner' ? 'belongs to another user' : 'may be written to by others';
  throw Object.assign(new Error(`Cannot find module: ${fault.path} ${what}`), {
    code: 'MODULE_NOT_FOUND',
  });
}

function requireSafeUrl({ url }) {
  if (url.startsWith('file:')) requireSafe(fileURLToPath(url));
}

/** Has to be called before the package is loaded. */
function confine() {
  // Without users by number, as on Windows, there is nothing to judge by.
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
