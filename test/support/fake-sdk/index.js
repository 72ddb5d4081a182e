// A fake of the official SDK for tests. It has the same public API and the same protocol. behaviour.json contains the faults of
// the fake (see `SdkBehaviour` in sdk-project.ts).
const { channel } = require('node:diagnostics_channel');
const { WebSocket } = require('ws');
const behaviour = require('./behaviour.json');

const VERSION = '1.1.0';
const DEFAULT_SERVER = 'https://api.vocalstack.com';

/** Prints a value. If `behaviour.noisy` is set, also prints the key or token in the value, in many encodings. */
function printAll(what, value) {
  console.log(what, value);
  const secret = value.apiKey ?? value.authToken ?? value;
  if (!behaviour.noisy || typeof secret !== 'string') return;
  const bytes = Buffer.from(secret);
  console.warn(`Authorization: Bearer ${secret}`);
  console.error({
    json: JSON.stringify({ secret }),
    headers: new Headers({ 'x-secret': encodeURI(secret) }),
  });
  console.info(bytes, [...bytes], new Uint8Array(bytes));
  console.debug(bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'));
  process.stdout.write(`${encodeURIComponent(secret)} ${[...secret].reverse().join('')}\n`);
  process.stdout.write([...bytes].map((byte) => `%${byte.toString(16)}`).join(''));
  process.stderr.write(` ${secret.slice(0, 20)}\n${secret.slice(20)} without an end`);
}

const TELLS = {
  deep: () => ({
    status: 'processing',
    data: { id: 'a', more: JSON.parse('['.repeat(3000) + ']'.repeat(3000)) },
  }),
  large: () => ({ status: 'processing', data: { id: 'x'.repeat(5_000_000) } }),
  cyclic: () => {
    const message = { status: 'processing' };
    return Object.assign(message, { data: message });
  },
};

const never = () => new Promise(() => undefined);

function hiddenRefusal() {
  if (behaviour.refusal === 'throw') throw new Error(`It says no to ${behaviour.refusal}`);
  return behaviour.refusal === 'empty' ? undefined : never();
}

class Api {
  constructor(settings) {
    this.settings = settings;
    printAll('settings', settings);
    // The process of the SDK ends only if it is killed, because a timer keeps it alive and a handler ignores SIGTERM.
    setInterval(() => undefined, 1000);
    process.on('SIGTERM', () => undefined);
    if (behaviour.later === 'throw')
      setTimeout(() => {
        throw new Error(`later ${settings.apiKey}`);
      }, 0);
    if (behaviour.later === 'reject') void Promise.reject(settings);
    if (behaviour.later === 'exit') setTimeout(() => process.exit(0), 0);
    if (behaviour.later === 'spin') for (;;);
  }

  async get(path, query = {}) {
    if (behaviour.hangs === 'rest') return never();
    const { apiServer = DEFAULT_SERVER, apiKey, authToken } = this.settings;
    const url = new URL(path, apiServer);
    for (const [name, value] of Object.entries(query)) url.searchParams.append(name, String(value));
    const headers = {
      Authorization: apiKey ?? `Bearer ${authToken}`,
      'X-Expected-API-Version': VERSION,
    };
    let response;
    try {
      response = await fetch(url, { headers });
    } catch (error) {
      console.error('The network failed', error);
      return never();
    }
    if (!response.ok) return hiddenRefusal();
    if (!response.headers.get('x-api-version')) throw new Error('no version');
    const body = await response.json();
    console.log('answer', body);
    console.log(`in it: ${body?.data}`);
    if (behaviour.hangs === 'answered') return never();
    return behaviour.answer === undefined ? body : behaviour.answer;
  }
}

class Security extends Api {
  async generateToken(options) {
    const answer = await this.get('/security/generate-token', options);
    if (behaviour.noisy && typeof answer?.data === 'string') printAll('token', answer.data);
    return answer;
  }
}

class Transcriptions extends Api {
  getAllTranscriptions() {
    return this.get('/transcriptions');
  }
}

class UrlTranscription extends Api {
  connect({ url, language = 'auto', ...more }) {
    if (behaviour.connects === 'empty') return Promise.resolve({});
    const { apiServer = DEFAULT_SERVER, authToken } = this.settings;
    console.log(`connect ${JSON.stringify({ language, ...more })}\nto ${url}`);
    const twice = encodeURIComponent(encodeURIComponent(url));
    const path = `/async/transcribe/url?language=${language}&url=${twice}&max_duration_s=${more.max_duration_s}`;
    const socket = new WebSocket(`${apiServer.replace(/^http/, 'ws')}${path}`);
    const takers = [];
    const closers = [];
    let session;
    socket.on('close', (code, reason) => {
      for (const take of closers) take();
      // Does the same as the WebSocket of Node.js 22 and later, which also publishes to this channel when a connection is closed.
      if (behaviour.closes === 'channel')
        channel('undici:websocket:close').publish({
          websocket: { url: socket.url },
          code,
          reason: reason.toString(),
        });
    });
    socket.on('error', (error) => console.error('The socket failed', error.message));
    socket.on('open', () =>
      socket.send(JSON.stringify({ headers: { authorization: `Bearer ${authToken}`, path } })),
    );
    return new Promise((resolve) => {
      socket.on('message', (text) => {
        const message = JSON.parse(text);
        console.log('message', message);
        if (message.session && !session) {
          session = message.session;
          resolve({
            onData: (take) => void takers.push(take),
            onClose: (take) => void closers.push(take),
            start() {
              socket.send(JSON.stringify({ start: true, session }));
              if (behaviour.closes === 'told') for (const take of closers) take();
            },
          });
        } else if (session && behaviour.hangs !== 'data') {
          for (const take of takers) take(behaviour.tells ? TELLS[behaviour.tells]() : message);
          if (message.status === 'done') socket.close();
        }
      });
    });
  }
}

if (behaviour.loads === 'throw') throw new Error('It cannot be loaded.');
if (behaviour.loads === 'exit') process.exit(0);
if (behaviour.loads === 'mark') require('node:fs').writeFileSync('loaded', '');
if (behaviour.loads === 'hang') for (;;);
if (behaviour.looksUp) {
  const found = { address: behaviour.looksUp, family: 4 };
  require('node:dns').lookup = (_name, options, done) =>
    process.nextTick(() => (options.all ? done(null, [found]) : done(null, found.address, 4)));
}
if (behaviour.starts === 'program') {
  const { pid } = require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' });
  console.log(`started process ${pid}`);
}
console.log(`loaded by process ${process.pid}`);

module.exports =
  behaviour.loads === 'newer'
    ? { VocalStack: class {} }
    : { Security, Transcriptions, UrlTranscription };
if (behaviour.loads === 'nothing') module.exports = null;
if (behaviour.loads === 'getter') {
  Object.defineProperty(module.exports, 'Security', {
    get() {
      throw new Error('It cannot be had.');
    },
  });
}
