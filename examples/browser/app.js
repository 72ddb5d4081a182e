import { createTokenSource } from 'vocalstack-token/browser';
import { explain, seconds } from './problems.js';
import { API_SERVER, AUDIO, ENDPOINT } from './settings.js';
import { Problem, problemOf, transcribe } from './vocalstack.js';

const SERVICE = 'https://api.vocalstack.com';
/** The maximum duration of the audio, in seconds. It is short because a transcription is billed. */
const MAX_DURATION_S = 15;
const TICK_MS = 250;

const REFUSED = ['token_expired', 'token_spent', 'token_refused'];

/** What the page shows for a step that was not completed. */
const UNFINISHED = { token: 'none', session: 'not confirmed', work: 'not finished' };

const byId = (id) => document.getElementById(id);
const fields = {
  endpoint: byId('endpoint'),
  api_server: byId('api-server'),
  audio: byId('audio'),
};
const buttons = { transcribe: byId('transcribe'), again: byId('again') };

/**
 * The current token. It is stored only in this variable, and a reusable token also in `source.tokens`. It is never in the page,
 * in the page's address or in storage, where it would stay longer than needed. It is removed when the server refuses it, when a
 * new token is requested, and when the page closes.
 */
let held = null;
/** The token source for the current endpoint. If the endpoint in the field changes, a new source is created. */
let source = { endpoint: '', tokens: null };
let isBusy = false;
let shownDefaultAudio = '';

const isLocal = (url) => ['localhost', '127.0.0.1'].includes(url.hostname);

/** Returns the URL of a server to which the page may connect. Null if the URL is not valid, or not safe for a token. */
function parseServer(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal(url));
  return isSafe && url.username === '' && url.password === '' ? url : null;
}

/**
 * Returns the default audio for an API server. For `API_SERVER` it is `AUDIO`. For other servers on this machine it is the
 * sandbox's clip. Other servers have no default audio.
 */
function defaultAudio(apiServer) {
  if (apiServer === API_SERVER) return AUDIO;
  const url = parseServer(apiServer);
  return url && isLocal(url) ? `${url.origin}/sandbox/clip.wav` : '';
}

function readFields() {
  const endpoint = parseServer(fields.endpoint.value.trim());
  if (!endpoint) throw new Problem('endpoint_invalid');
  const apiServer = parseServer(fields.api_server.value.trim());
  if (!apiServer) throw new Problem('api_server_invalid');
  const audio = fields.audio.value.trim();
  if (!URL.canParse(audio) || !/^https?:$/.test(new URL(audio).protocol)) {
    throw new Problem('audio_invalid');
  }
  return { endpoint: endpoint.href, apiServer: apiServer.origin, audio };
}

function tokensFrom(endpoint) {
  if (source.endpoint !== endpoint) {
    // If the endpoint has another origin and authenticates users by a cookie, replace 'omit' with 'include'.
    source = { endpoint, tokens: createTokenSource(endpoint, { credentials: 'omit' }) };
  }
  return source.tokens;
}

function forgetToken() {
  held = null;
  source.tokens?.clear();
}

function followApiServer() {
  if (fields.audio.value !== shownDefaultAudio) return;
  shownDefaultAudio = defaultAudio(fields.api_server.value.trim());
  fields.audio.value = shownDefaultAudio;
}

/**
 * Fills the fields from the page's address. Accepts only `SERVICE` and servers on this machine. Reason: a link can contain any
 * server, and the page must not send a token to it.
 */
function fillFields() {
  const query = new URLSearchParams(location.search);
  const trusted = (name, fallback) => {
    const text = query.get(name);
    if (text === null) return fallback;
    const url = parseServer(text);
    if (url && (isLocal(url) || url.origin === SERVICE)) return text;
    byId('notice').textContent =
      `The value of “${name}” in the address of this page was ignored: the value is neither a server on this machine nor the service. If you trust this server, type its address into the field.`;
    byId('notice').hidden = false;
    return fallback;
  };
  fields.endpoint.value = trusted('endpoint', ENDPOINT);
  fields.api_server.value = trusted('api_server', API_SERVER);
  shownDefaultAudio = defaultAudio(fields.api_server.value);
  fields.audio.value = query.get('audio') ?? shownDefaultAudio;
}

function element(tag, text, name = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

/** Creates an element with a text. A part of the text between backticks becomes a code element. */
function sentence(tag, text) {
  const made = element(tag, '');
  for (const [at, part] of text.split('`').entries()) {
    made.append(at % 2 === 1 ? element('code', part) : part);
  }
  return made;
}

/** Creates an element for a command. Lines break only between words, so that an option is not separated from its dashes. */
function commandLine(command) {
  const line = element('code', '', 'command');
  line.append(...command.split(' ').flatMap((word) => [element('span', word), ' ']));
  line.lastChild.remove();
  return line;
}

function showStep(id, state, facts) {
  byId(id).dataset.state = state;
  byId(`${id}-facts`).textContent = facts;
}

const showStatus = (text) => {
  byId('status').textContent = text;
};

function showButtons() {
  buttons.transcribe.setAttribute('aria-disabled', String(isBusy));
  buttons.again.setAttribute('aria-disabled', String(isBusy || held === null));
}

function showCountdown() {
  const left = held === null ? null : held.expiresAt - Date.now();
  const text = left > 0 ? `, expires in ${seconds(Math.ceil(left / 1000))}` : ', expired';
  byId('countdown').textContent = left === null ? '' : text;
}

function showToken() {
  const use = held.oneTime ? 'one-time' : 'reusable';
  showStep('token', 'done', [held.access, use].join(', '));
  showCountdown();
}

const clock = (timeS) => timeS.toFixed(1);

/** Shows the timeline. Changes only the elements whose text has changed, so that screen readers do not read the others again. */
function showTimeline(timeline) {
  const list = byId('segments');
  while (list.children.length > timeline.length) list.lastChild.remove();
  for (const [at, { start, end, text }] of timeline.entries()) {
    if (!list.children[at]) {
      const piece = element('li', '');
      const spoken = element('span', '', 'text');
      spoken.dir = 'auto';
      piece.append(element('span', '', 'time'), spoken);
      list.append(piece);
    }
    const [time, spoken] = list.children[at].children;
    const span = `${clock(start)}–${clock(end)} s`;
    if (time.textContent !== span) time.textContent = span;
    if (spoken.textContent !== text) spoken.textContent = text;
  }
  byId('empty').hidden = timeline.length > 0;
}

function showWork({ status, progress = 0, timeline = [] }) {
  const percent = `${Math.round(progress * 100)} %`;
  showStep('work', status === 'done' ? 'done' : 'busy', `${status}, ${percent}`);
  byId('progress').value = progress;
  showTimeline(timeline);
}

function clear() {
  byId('problem').replaceChildren();
  byId('empty').textContent = 'The text appears here during the transcription.';
  if (held === null) showStep('token', 'waiting', 'none yet');
  showCountdown();
  showStep('session', 'waiting', 'not open');
  showStep('work', 'waiting', 'not started');
  byId('progress').value = 0;
  showTimeline([]);
}

function showProblem(problem, setting) {
  const { title, text, fixes } = explain(problem, setting);
  const list = element('ul', '');
  for (const fix of fixes) {
    const [what, command] = [fix].flat();
    const item = sentence('li', what);
    if (command) item.append(commandLine(command));
    list.append(item);
  }
  const card = element('section', '', 'card problem');
  card.append(element('h2', title), sentence('p', text), element('h3', 'What to do'), list);
  const { serverText } = problem.details;
  if (serverText) {
    const quote = element('p', 'The server says: ', 'hint');
    quote.append(element('q', serverText));
    quote.lastChild.dir = 'auto';
    card.append(quote);
  }
  byId('problem').replaceChildren(card);
  for (const step of document.querySelectorAll('[data-state="busy"]')) {
    showStep(step.id, 'failed', UNFINISHED[step.id]);
  }
  byId('empty').textContent = 'No text was received.';
  showStatus('Stopped.');
}

async function work(withSameToken) {
  const { endpoint, apiServer, audio } = readFields();
  if (!withSameToken) {
    showStatus('Requesting a token…');
    showStep('token', 'busy', 'waiting for the endpoint');
    held = await tokensFrom(endpoint).get();
  }
  showToken();
  showStatus('Opening a session…');
  showStep('session', 'busy', 'opening');
  const { timeline } = await transcribe({
    apiServer,
    token: held.token,
    audioUrl: audio,
    maxDurationS: MAX_DURATION_S,
    onSession() {
      showStep('session', 'done', 'confirmed');
      showStep('work', 'busy', 'started');
      showStatus('Transcribing…');
    },
    onUpdate: showWork,
  });
  const count = timeline?.length ?? 0;
  if (count === 0) byId('empty').textContent = 'No speech was recognised.';
  showStatus(`Done: ${count === 1 ? '1 piece' : `${count} pieces`} of text.`);
}

async function run({ withSameToken }) {
  if (isBusy || (withSameToken && held === null)) return;
  isBusy = true;
  if (!withSameToken) held = null;
  clear();
  showButtons();
  try {
    await work(withSameToken);
  } catch (error) {
    const problem = problemOf(error);
    if (REFUSED.includes(problem.code)) {
      forgetToken();
      showStep('token', 'failed', 'refused by the API server');
      showCountdown();
    }
    showProblem(problem, {
      origin: location.origin,
      endpoint: fields.endpoint.value.trim(),
      apiServer: fields.api_server.value.trim(),
    });
  } finally {
    isBusy = false;
    showButtons();
  }
}

fields.api_server.addEventListener('input', followApiServer);
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void run({ withSameToken: false });
});
buttons.again.addEventListener('click', () => void run({ withSameToken: true }));
addEventListener('pagehide', forgetToken);
setInterval(showCountdown, TICK_MS);

fillFields();
showButtons();
byId('scriptless').remove();
byId('app').hidden = false;
