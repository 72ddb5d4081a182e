import { createTokenSource, TokenSourceError } from 'vocalstack-token/browser';
import { openLive } from './live.js';
import { explain } from './problems.js';
import { API_SERVER, ENDPOINT } from './settings.js';
import { Problem } from './vocalstack.js';

/** The maximum duration of the audio, in seconds. It is short because a transcription is billed. */
const MAX_DURATION_S = 60;
/** The duration of the audio in one message, in milliseconds. */
const CHUNK_MS = 250;

const byId = (id) => document.getElementById(id);
const fields = { endpoint: byId('endpoint'), apiServer: byId('api-server') };
const query = new URLSearchParams(location.search);
const isLocal = (text) => /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(text);

/**
 * Reads a field from the page's address. Accepts only servers on this machine. Reason: a link can contain any server, and the
 * page must not send a token to it.
 */
const fromLink = (name, fallback) => (isLocal(query.get(name) ?? '') ? query.get(name) : fallback);

fields.endpoint.value = fromLink('endpoint', ENDPOINT);
fields.apiServer.value = fromLink('api_server', API_SERVER);

let live = null;
let isBusy = false;

const showStatus = (text) => {
  byId('status').textContent = text;
};

function showButtons() {
  byId('start').setAttribute('aria-disabled', String(isBusy));
  byId('stop').setAttribute('aria-disabled', String(live === null));
}

/** Shows the timeline. An item that is `pending` can still change, so it has another style. */
function showCaptions(timeline) {
  const lines = timeline.map(({ text, pending }) => {
    const line = document.createElement('li');
    line.className = pending ? 'hint' : '';
    line.dir = 'auto';
    line.textContent = text;
    return line;
  });
  byId('captions').replaceChildren(...lines);
}

function showProblem(problem) {
  const { title, text, fixes } = explain(problem, {
    origin: location.origin,
    endpoint: fields.endpoint.value.trim(),
    apiServer: fields.apiServer.value.trim(),
  });
  const card = document.createElement('section');
  card.className = 'card problem';
  for (const [tag, words] of [
    ['h2', title],
    ['p', text],
    ...fixes.flat().map((fix) => ['p', fix]),
  ]) {
    const line = document.createElement(tag);
    line.textContent = words.replaceAll('`', '');
    card.append(line);
  }
  byId('problem').replaceChildren(card);
  showStatus('Stopped.');
}

async function openMicrophone() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    throw new Problem('microphone_refused');
  }
}

async function newToken() {
  try {
    const source = createTokenSource(fields.endpoint.value.trim(), { credentials: 'omit' });
    return await source.get();
  } catch (error) {
    if (!(error instanceof TokenSourceError)) throw new Problem('endpoint_invalid');
    const { kind, status, code, retryAfterS } = error;
    const byKind = {
      network: 'endpoint_silent',
      refused: 'endpoint_error',
      malformed: 'endpoint_without_token',
    };
    throw new Problem(byKind[kind], { status, serverCode: code, retryAfterS });
  }
}

/**
 * Sends audio from the microphone until the stream ends.
 * @returns the last state of the transcription
 */
async function caption() {
  const microphone = await openMicrophone();
  let recorder = null;
  try {
    showStatus('Requesting a token…');
    const { token } = await newToken();
    showStatus('Opening a session…');
    live = await openLive({
      apiServer: new URL(fields.apiServer.value.trim()).origin,
      token,
      maxDurationS: MAX_DURATION_S,
      onUpdate({ status, timeline = [] }) {
        showCaptions(timeline);
        if (status === 'processing') showStatus('Listening…');
        if (status === 'stopping') showStatus('Finishing…');
      },
    });
    showButtons();
    const { send, done } = live;
    recorder = new MediaRecorder(microphone);
    recorder.addEventListener('dataavailable', ({ data }) => send(data));
    recorder.start(CHUNK_MS);
    return await done;
  } finally {
    if (recorder?.state === 'recording') recorder.stop();
    for (const track of microphone.getTracks()) track.stop();
    live = null;
  }
}

byId('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  byId('problem').replaceChildren();
  showCaptions([]);
  showButtons();
  try {
    const { timeline } = await caption();
    showStatus(`Done: ${timeline.length} ${timeline.length === 1 ? 'line' : 'lines'}.`);
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem('unknown');
    if (problem !== error) console.error(error);
    showProblem(problem);
  } finally {
    isBusy = false;
    showButtons();
  }
});
byId('stop').addEventListener('click', () => live?.stop());
