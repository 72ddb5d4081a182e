// Runs the SDK of a project in a separate process. Reason: the SDK can print, hang, or throw at any time. The parent reads the
// SDK's output through pipes. Requests and results are IPC messages:
// - A request is {"id","do":"find"|"load"|"call"|"listen"|"invoke",...}.
// - A result is {"id","ok":true,"text"} or {"id","ok":false,"reason"}.
// - An event is {"event":"sent"|"answered"|"failed"|"data"|"closed"|"crashed",...}.
// - A "text" is JSON. The parent parses it only if it does not contain too many values.

const diagnostics = require('node:diagnostics_channel');
const { createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');
const { inspect } = require('node:util');
const { constants, runInThisContext } = require('node:vm');
const { Worker } = require('node:worker_threads');
const { faultOf, findPackage, modulesAbove } = require('./packages.js');
const { confine } = require('./sdk-confine.js');
const { pinLocalhost } = require('./sdk-localhost.js');

// Normally the parent ends this process. If this process exits by itself, it waited for a promise that is never settled. The exit
// code 1 reports this failure.
process.exitCode = 1;

// These functions are saved before the package is loaded, because the package could replace them.
const send = process.send.bind(process);
const exit = process.exit.bind(process);
const kill = process.kill.bind(process, -process.pid, 'SIGKILL');
const print = process.stderr.write.bind(process.stderr);

const nothing = () => undefined;
const tell = (message) => send(message, nothing);

/** A failure with a reason that is sent to the parent. */
class Failure extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The maximum length of a JSON text, in characters. */
const MAX_TEXT = 4 * 1024 * 1024;

/**
 * Returns a value as JSON.
 * @throws Failure `large` if the JSON is longer than MAX_TEXT
 */
function textOf(value) {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length > MAX_TEXT) throw new Failure('large');
  return text;
}

let found;
let loaded;
let kept;
/** The number of sessions that were started. The end of a session is reported only for the latest session. */
let sessions = 0;

function folders() {
  try {
    return [process.cwd(), __dirname];
  } catch {
    return [__dirname];
  }
}

/** Finds the package that Node.js would load. Does not run any code of the package. */
function find({ name }) {
  found = findPackage(name, folders().flatMap(modulesAbove));
  if (!found) return null;
  const { path, version } = found;
  const fault = faultOf(found, process.geteuid?.());
  if (fault) found = null;
  return { path, version, fault };
}

/**
 * Loads the package that was found.
 * @throws Failure `broken` if the package cannot be loaded, `shape` if it does not export every class in `needs`
 */
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

/** Loads exactly the file that `find` found. A file with a top-level `await` is imported, because `require` cannot load it. */
function loadFile(file) {
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (error?.code === 'ERR_REQUIRE_ASYNC_MODULE') return importUrl(pathToFileURL(file));
    throw error;
  }
}

/**
 * Imports a URL. The function is compiled at run time. Reason: in the standalone executable, an `import` in the code of this file
 * finds only modules of Node.js.
 */
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
    value.onClose?.(() => sendClosed(own));
  } catch (error) {
    show(error);
  }
}

/**
 * Reports the end of a session to the parent, but only for the latest session.
 * @param origin the origin of the server, if known
 * @param code the code of the close frame, if there was a close frame
 * @param reason the reason in the close frame, if there was a close frame
 */
function sendClosed(session, origin, code, reason) {
  if (session !== sessions) return;
  tell({ event: 'closed', origin, code, reason: typeof reason === 'string' ? reason : '' });
}

const tasks = {
  find,
  load,
  call,
  listen: ({ method }) => void kept[method](sendData),
  invoke: async ({ method }) => void (await kept[method]()),
};

function sendData(value) {
  try {
    tell({ event: 'data', text: textOf(value) });
  } catch (error) {
    if (!(error instanceof Failure)) show(error);
    tell({ event: 'data', reason: error instanceof Failure ? error.reason : 'threw' });
  }
}

/** Prints an error of the package to standard error, as an application would. */
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

/**
 * Reports every request and response to the parent, with the diagnostics channels of Node.js. Reason: the SDK may not report what
 * the server answered.
 */
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

  /** Watches a WebSocket that a package such as ws opens through node:http. */
  const watchUpgrade = (request) =>
    request.once('upgrade', (_, socket) => {
      report('answered', request, ofHttp, { status: 101, headers: {} });
      const own = sessions;
      socket.once('close', () => sendClosed(own, ofHttp(request)?.origin));
    });
  // The rest of this function watches the `WebSocket` class of Node.js, which exists in version 22 and later.
  const opened = new WeakMap();
  on(
    'undici:websocket:open',
    ({ websocket }) => void (websocket && opened.set(websocket, sessions)),
  );
  on('undici:websocket:close', ({ websocket, code, reason }) => {
    const url = urlOf(String(websocket?.url).replace(/^ws/, 'http'));
    sendClosed(opened.get(websocket) ?? sessions, url?.origin, code, reason);
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
// SIGINT and SIGTERM are ignored, because only the parent ends this process. SIGUSR1 is ignored, because it would start the
// debugger of Node.js, to which other users could connect.
for (const name of ['SIGINT', 'SIGTERM', 'SIGUSR1']) process.on(name, nothing);
for (const name of ['uncaughtException', 'unhandledRejection']) {
  process.on(name, (error) => {
    show(error);
    tell({ event: 'crashed' });
  });
}
/**
 * Ends this process and all processes that the package has started. Together they are one process group, except on Windows, which
 * has no process groups.
 */
function end() {
  try {
    kill();
  } catch {
    exit();
  }
}

/**
 * The code of a thread that kills this process group when the parent has ended. A thread is used, because the package can block
 * the main thread. On Windows the thread is not necessary, because the child processes of Node.js end together with Node.js.
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
