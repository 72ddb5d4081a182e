/**
 * Live transcription over WebSocket. The page gets a token from `createTokenSource` of vocalstack-token/browser, and uses the
 * token for one stream of audio. This file does not use the DOM.
 */
import { Problem, parseMessage, refusalOf } from './vocalstack.js';

/** Time limit for the server to confirm a session, in milliseconds. If the server refuses a session, it may never answer. */
const CONFIRM_MS = 10_000;
/** Time limit between the end of the audio and the message with the final transcript, in milliseconds. */
const END_MS = 60_000;

/**
 * Opens and starts a live session.
 * @param options.onUpdate is called with every state of the transcription: `{ status, timeline }`
 * @returns `{ send, stop, done }`. `send(audio)` accepts a Blob or an ArrayBuffer. `stop()` ends the audio. `done` is a promise
 * of the final state of the transcription
 * @throws Problem; `done` rejects with the same errors
 */
export function openLive({ apiServer, token, maxDurationS, onUpdate }) {
  const path = `/async/live/transcribe?timeout_period_s=10&max_duration_s=${maxDurationS}`;
  const address = new URL(path, apiServer);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  let session = null;
  let stage = 'connect';
  let timer = 0;
  let settle = null;
  const done = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A failure before the start rejects both `done` and `opened`, but the caller then handles only `opened`. Without this line,
  // the browser would report that the rejection of `done` is not handled.
  done.catch(() => {});

  const end = (how, value) => {
    stage = 'over';
    clearTimeout(timer);
    socket.close();
    settle[how](value);
  };
  const fail = (code, details) => end('reject', new Problem(code, details));
  const wait = (ms, code) => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(code), ms);
  };

  const opened = new Promise((resolve, reject) => {
    done.catch(reject);
    wait(CONFIRM_MS, 'session_not_confirmed');
    socket.addEventListener('open', () => {
      stage = 'session';
      socket.send(JSON.stringify({ headers: { authorization: `Bearer ${token}`, path } }));
    });
    socket.addEventListener('message', ({ data }) => {
      if (stage === 'over') return;
      const message = parseMessage(data);
      if (message === null) fail('answer_unreadable');
      else if (message.status === 'error') fail(...refusalOf(message, stage, token));
      else if (stage === 'session' && typeof message.session === 'string') {
        stage = 'work';
        session = message.session;
        clearTimeout(timer);
        // Billing begins here.
        socket.send(JSON.stringify({ start: true, session }));
        resolve({ send, stop, done });
      } else if (stage === 'work' && message.data) {
        const state = { ...message.data, status: message.status };
        onUpdate(state);
        if (message.status === 'done') end('resolve', state);
      }
    });
    socket.addEventListener('close', ({ code }) => {
      const byStage = {
        connect: 'socket_silent',
        session: 'closed_unconfirmed',
        work: 'closed_midway',
      };
      if (stage !== 'over') fail(byStage[stage], { closeCode: code });
    });
  });

  function send(audio) {
    if (stage === 'work') socket.send(audio);
  }
  function stop() {
    if (stage !== 'work') return;
    wait(END_MS, 'went_silent');
    socket.send(JSON.stringify({ stop: true, session }));
  }
  return opened;
}
