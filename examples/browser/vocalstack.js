/**
 * Transcription over WebSocket with an auth token. This file does not use the DOM, so you can copy it into an application. You
 * can also use the official SDK, which uses the same protocol.
 */

import { createTokenSource, TokenSourceError } from 'vocalstack-token/browser';

/** Time limit for the server to confirm a session, in milliseconds. */
const CONFIRM_MS = 10_000;
/** Time limit between two messages of the server during a transcription, in milliseconds. */
const SILENCE_MS = 60_000;

/** The error if the page gets no token or no transcription. `code` says what happened. `details` never contain the token. */
export class Problem extends Error {
  constructor(code, details = {}) {
    super(code);
    this.name = 'Problem';
    this.code = code;
    this.details = details;
  }
}

/** Converts any error to a `Problem`, which the pages can explain. */
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

/**
 * Gets a new token, without a cache.
 * @throws Problem
 */
export async function getToken(endpoint) {
  try {
    return await createTokenSource(endpoint, { credentials: 'omit' }).get();
  } catch (error) {
    throw problemOf(error);
  }
}

/**
 * Transcribes the first `maxDurationS` seconds of the audio at a URL.
 * @param options.onSession is called when the server has accepted the token
 * @param options.onUpdate is called with every state of the transcription: `{ status, progress, timeline }`
 * @returns the last state
 * @throws Problem
 */
export function transcribe({ apiServer, token, audioUrl, maxDurationS, onSession, onUpdate }) {
  // The service expects `url` encoded twice.
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
      // A browser cannot set headers of a WebSocket, so the first message contains the headers. The token is not in the address,
      // which a server could write to a log.
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
        // Billing begins here.
        socket.send(JSON.stringify({ start: true, session: message.session }));
      } else if (stage === 'work' && message.data) {
        wait(SILENCE_MS, 'went_silent');
        const state = { ...message.data, status: message.status };
        onUpdate(state);
        if (message.status === 'done') end(resolve, state);
      }
    });

    socket.addEventListener('close', ({ code }) => {
      // A browser does not tell a page why a connection was closed or failed, so the stage decides which error is reported.
      const byStage = {
        connect: 'socket_silent',
        session: 'closed_unconfirmed',
        work: 'closed_midway',
      };
      if (stage !== 'over') fail(byStage[stage], { closeCode: code });
    });
  });
}

/**
 * Known error texts of the service, each with the code of a `Problem`. The service documents no error texts. So for all other
 * texts, the HTTP status decides the code.
 */
const REASONS = {
  'auth token expired': 'token_expired',
  'one-time auth token already used': 'token_spent',
  'audio could not be fetched': 'audio_unreachable',
  'the URL does not lead to audio': 'audio_unreachable',
};

/** Returns the arguments of the constructor of `Problem`, for an error message of the server. */
export function refusalOf(message, stage, token) {
  const status = message.http_code;
  const text = textOf(message.error);
  const byStage = stage === 'work' ? 'transcription_failed' : 'session_refused';
  const byStatus = { 401: 'token_refused', 403: 'token_scope' }[status] ?? byStage;
  const code = text !== null && Object.hasOwn(REASONS, text) ? REASONS[text] : byStatus;
  return [code, { status, serverText: text?.includes(token) ? null : text }];
}

/** Parses a message. Returns null if the message is not a JSON object. */
export function parseMessage(data) {
  try {
    const message = JSON.parse(data);
    return typeof message === 'object' ? message : null;
  } catch {
    return null;
  }
}

const textOf = (value) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : null);
