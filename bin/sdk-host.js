// Runs a project's SDK in its own process, since it can print, hang, and throw at any time. Its output goes to pipes that the
// parent reads. Requests and results go over the IPC channel. Requests: {"id","do":"find"|"load"|"call"|"listen"|"invoke",...}.
// Results: {"id","ok":true,"text"}, {"id","ok":false,"reason"}, and events:
// {"event":"sent"|"answered"|"failed"|"data"|"closed"|"crashed",...}. A "text" is JSON; the parent limits the number of its
// values before it parses it.

const diagnostics = require('node:diagnostics_channel');
const { createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');
const { inspect } = require('node:util');
const { constants, runInThisContext } = require('node:vm');
const { Worker } = require('node:worker_threads');
const { faultOf, findPackage, modulesAbove } = require('./packages.js');
const { confine } = require('./sdk-confine.js');
const { pinLocalhost } = require('./sdk-localhost.js');

// The parent ends this process. If it exits by itself, a promise was never settled, which is a failure.
process.exitCode = 1;

// Saved before the package is loaded, since the package could replace these functions.
const send = process.send.bind(process);
const exit = process.exit.bind(process);
const kill = process.kill.bind(process, -process.pid, 'SIGKILL');
const print = process.stderr.write.bind(process.stderr);

const nothing = () => undefined;
const tell = (message) => send(message, nothing);

/** A failure with a known reason, which the parent gets. */
class Failure extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The maximum length of a JSON text, in characters. */
const MAX_TEXT = 4 * 1024 * 1024;

/** @throws Failure `large` if the text is too long */
function textOf(value) {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length > MAX_TEXT) throw new Failure('large');
  return text;
}

let found;
let loaded;
let kept;
/** The number of sessions started so far. A close event is only reported for the latest session. */
let sessions = 0;

function folders() {
  try {
    return [process.cwd(), __dirname];
  } catch {
    return [__dirname];
  }
}

/** Finds the package that Node.js would load, without running any of its code. */
function find({ name }) {
  found = findPackage(name, folders().flatMap(modulesAbove));
  if (!found) return null;
  const { path, version } = found;
  const fault = faultOf(found, process.geteuid?.());
  if (fault) found = null;
  return { path, version, fault };
}

/** @throws Failure `broken` if the package cannot be loaded, `shape` if it does not export a class with one of the names */
async function load({ needs }) {
  if (!found?.file) throw new Failure('broken');
  confine();
  try {
    loaded = await loadFile(found.file);
  } catch (error) {
    show(error);
    throw new Failure('broken');
  }
  for (const name of needs) classOf(name);
}

/** Loads exactly the file that was found. A package with a top-level `await` can only be loaded with `import`. */
function loadFile(file) {
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (error?.code === 'ERR_REQUIRE_ASYNC_MODULE') return importUrl(pathToFileURL(file));
    throw error;
  }
}

/** Imports a URL. Compiled separately, since in the executable its own `import` finds only Node.js modules. */
const importUrl = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});

function classOf(name) {
  const value = loaded?.[name] ?? loaded?.default?.[name];
  if (typeof value !== 'function') throw new Failure('shape');
  return value;
}

async function call({ name, settings, method, args, keeps }) {
  const Class = classOf(name);
  const object = new Class(settings);
  if (typeof object[method] !== 'function') throw new Failure('shape');
  if (keeps) sessions += 1;
  const own = sessions;
  const value = await object[method](...args);
  if (!keeps) return value;
  if (keeps.some((each) => typeof value?.[each] !== 'function')) throw new Failure('empty');
  kept = value;
  try {
    value.onClose?.(() => tellClosed(own));
  } catch (error) {
    show(error);
  }
}

/**
 * @param origin the origin of the server, if known
 * @param code the code of the close frame, if there was one
 * @param reason the reason in the close frame, if there was one
 */
function tellClosed(session, origin, code, reason) {
  if (session !== sessions) return;
  tell({ event: 'closed', origin, code, reason: typeof reason === 'string' ? reason : '' });
}

const tasks = {
  find,
  load,
  call,
  listen: ({ method }) => void kept[method](tellData),
  invoke: async ({ method }) => void (await kept[method]()),
};

function tellData(value) {
  try {
    tell({ event: 'data', text: textOf(value) });
  } catch (error) {
    if (!(error instanceof Failure)) show(error);
    tell({ event: 'data', reason: error instanceof Failure ? error.reason : 'threw' });
  }
}

/** Prints an error of the package as an application would. Its content is not used otherwise. */
function show(error) {
  try {
    print(`${inspect(error)}\n`);
  } catch {
    print('an error that cannot be shown\n');
  }
}

async function answer(request) {
  const { id } = request;
  try {
    const value = await tasks[request.do](request);
    tell({ id, ok: true, text: textOf(value) });
  } catch (error) {
    if (!(error instanceof Failure)) show(error);
    tell({ id, ok: false, reason: error instanceof Failure ? error.reason : 'threw' });
  }
}

/** Reports every request and response from Node's diagnostics channels, since the package may hide what the server answered. */
function watchRequests() {
  const numbers = new WeakMap();
  const report = (event, request, describe, more) => {
    if (!numbers.has(request)) numbers.set(request, tell.count++);
    const url = describe(request);
    if (!url) return;
    const { method } = request;
    tell({
      event,
      number: numbers.get(request),
      method,
      origin: url.origin,
      path: url.pathname,
      isUpgrade: isUpgrade(request),
      ...more,
    });
  };
  const urlOf = (text, base) => (URL.canParse(text, base) ? new URL(text, base) : null);
  const ofFetch = ({ origin, path }) => urlOf(path, String(origin));
  const ofHttp = (request) =>
    urlOf(request.path, `${request.protocol}//${request.getHeader('host')}`);
  const on = (channel, take) => diagnostics.subscribe(channel, take);

  on('undici:request:create', ({ request }) => report('sent', request, ofFetch));
  on('undici:request:headers', ({ request, response }) => {
    const texts = response.headers.map((each) => each.toString('latin1'));
    const names = texts.filter((_, index) => index % 2 === 0);
    const headers = Object.fromEntries(
      names.map((name, index) => [name.toLowerCase(), texts[index * 2 + 1]]),
    );
    report('answered', request, ofFetch, { status: response.statusCode, headers });
  });
  on('undici:request:error', ({ request, error }) =>
    report('failed', request, ofFetch, { code: codeOf(error) }),
  );
  on('http.client.request.start', ({ request }) => {
    report('sent', request, ofHttp);
    if (isUpgrade(request)) watchUpgrade(request);
  });
  on('http.client.response.finish', ({ request, response }) => {
    const { statusCode: status, headers } = response;
    report('answered', request, ofHttp, { status, headers });
  });
  on('http.client.request.error', ({ request, error }) =>
    report('failed', request, ofHttp, { code: codeOf(error) }),
  );

  /** Reports WebSockets that a package such as ws opens with node:http. */
  const watchUpgrade = (request) =>
    request.once('upgrade', (_, socket) => {
      report('answered', request, ofHttp, { status: 101, headers: {} });
      const own = sessions;
      socket.once('close', () => tellClosed(own, ofHttp(request)?.origin));
    });
  // WebSockets of Node.js itself, which 22 and later have.
  const opened = new WeakMap();
  on(
    'undici:websocket:open',
    ({ websocket }) => void (websocket && opened.set(websocket, sessions)),
  );
  on('undici:websocket:close', ({ websocket, code, reason }) => {
    const url = urlOf(String(websocket?.url).replace(/^ws/, 'http'));
    tellClosed(opened.get(websocket) ?? sessions, url?.origin, code, reason);
  });
}

/** Whether a request of node:http or undici opens a WebSocket. */
function isUpgrade(request) {
  return /^websocket$/i.test(request.getHeader?.('upgrade') ?? request.upgrade ?? '');
}

const codeOf = (error) => (typeof error?.code === 'string' ? error.code : 'unknown');

tell.count = 0;
pinLocalhost();
watchRequests();
// Signals are ignored, since the parent ends this process. SIGUSR1 would open the debugger to other users.
for (const name of ['SIGINT', 'SIGTERM', 'SIGUSR1']) process.on(name, nothing);
for (const name of ['uncaughtException', 'unhandledRejection']) {
  process.on(name, (error) => {
    show(error);
    tell({ event: 'crashed' });
  });
}
/** Ends this process and all that the package has started: on systems other than Windows they are one process group. */
function end() {
  try {
    kill();
  } catch {
    exit();
  }
}

/**
 * A thread that notices the parent's end even while the package blocks the main thread. Windows ends child processes by itself.
 */
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(-process.pid, 'SIGKILL');
  }, 250);
`;

new Worker(WATCH, { eval: true, workerData: process.ppid }).on('error', nothing).unref();
process.on('disconnect', end);
process.on('message', (request) => void answer(request));
