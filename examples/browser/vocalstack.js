/**
 * What a client does with an auth token: a transcription over WebSocket. Nothing in here touches the page: copy it into an
 * application, or use the official SDK, which speaks the same protocol.
 */

import { createTokenSource, TokenSourceError } from 'vocalstack-token/browser';

/** For the server to confirm a session, in milliseconds. */
const CONFIRM_MS = 10_000;
/** For the next message about a transcription, in milliseconds. */
const SILENCE_MS = 60_000;

/** Why there is no transcript. `code` says what happened; `details` hold what is known, and never the token. */
export class Problem extends Error {
  constructor(code, details = {}) {
    super(code);
    this.name = 'Problem';
    this.code = code;
    this.details = details;
  }
}

/** What went wrong, as a problem that the pages can explain. */
export function problemOf(error) {
  if (error instanceof Problem) return error;
  if (!(error instanceof TokenSourceError)) {
    console.error(error);
    return new Problem('unknown');
  }
  const { kind, status, code, retryAfterS } = error;
  const byKind = {
    network: 'endpoint_silent',
    refused: 'endpoint_error',
    malformed: 'endpoint_without_token',
  };
  return new Problem(byKind[kind], { status, serverCode: code, retryAfterS });
}

/** A token for a page that keeps none. @throws Problem */
export async function getToken(endpoint) {
  try {
    return await createTokenSource(endpoint, { credentials: 'omit' }).get();
  } catch (error) {
    throw problemOf(error);
  }
}

/**
 * Transcribes the audio at a URL, as far as `maxDurationS` seconds into it.
 * @param options.onSession is called once the server has taken the token
 * @param options.onUpdate is called with every state of the work: `{ status, progress, timeline }`
 * @returns the last state
 * @throws Problem
 */
export function transcribe({ apiServer, token, audioUrl, maxDurationS, onSession, onUpdate }) {
  // Over WebSocket, `url` is encoded twice.
  const url = encodeURIComponent(encodeURIComponent(audioUrl));
  const path = `/async/transcribe/url?language=auto&url=${url}&max_duration_s=${maxDurationS}`;
  const address = new URL(path, apiServer);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';

  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    let stage = 'connect';
    let timer = 0;

    const end = (settle, value) => {
      stage = 'over';
      clearTimeout(timer);
      socket.close();
      settle(value);
    };
    const fail = (code, details) => end(reject, new Problem(code, details));
    const wait = (ms, code) => {
      clearTimeout(timer);
      timer = setTimeout(() => fail(code), ms);
    };

    wait(CONFIRM_MS, 'session_not_confirmed');
    socket.addEventListener('open', () => {
      stage = 'session';
      // A browser cannot send headers with a WebSocket. The first message brings them; the address never holds a token.
      socket.send(JSON.stringify({ headers: { authorization: `Bearer ${token}`, path } }));
    });

    socket.addEventListener('message', ({ data }) => {
      if (stage === 'over') return;
      const message = parseMessage(data);
      if (message === null) {
        fail('answer_unreadable');
      } else if (message.status === 'error') {
        fail(...refusalOf(message, stage, token));
      } else if (stage === 'session' && typeof message.session === 'string') {
        stage = 'work';
        wait(SILENCE_MS, 'went_silent');
        onSession();
        // Up to here it was free.
        socket.send(JSON.stringify({ start: true, session: message.session }));
      } else if (stage === 'work' && message.data) {
        wait(SILENCE_MS, 'went_silent');
        const state = { ...message.data, status: message.status };
        onUpdate(state);
        if (message.status === 'done') end(resolve, state);
      }
    });

    socket.addEventListener('close', ({ code }) => {
      // Why a connection did not come about is kept from pages, as with requests.
      const byStage = {
        connect: 'socket_silent',
        session: 'closed_unconfirmed',
        work: 'closed_midway',
      };
      if (stage !== 'over') fail(byStage[stage], { closeCode: code });
    });
  });
}

/** What the service's texts stand for; it documents none, so that the status decides about any other. */
const REASONS = {
  'auth token expired': 'token_expired',
  'one-time auth token already used': 'token_spent',
  'audio could not be fetched': 'audio_unreachable',
  'the URL does not lead to audio': 'audio_unreachable',
};

/** A refusal as the arguments of a `Problem`. */
export function refusalOf(message, stage, token) {
  const status = message.http_code;
  const text = textOf(message.error);
  const byStage = stage === 'work' ? 'transcription_failed' : 'session_refused';
  const byStatus = { 401: 'token_refused', 403: 'token_scope' }[status] ?? byStage;
  const code = text !== null && Object.hasOwn(REASONS, text) ? REASONS[text] : byStatus;
  return [code, { status, says: text?.includes(token) ? null : text }];
}

/** A message, or null for one that is not JSON. */
export function parseMessage(data) {
  try {
    const message = JSON.parse(data);
    return typeof message === 'object' ? message : null;
  } catch {
    return null;
  }
}

const textOf = (value) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : null);
