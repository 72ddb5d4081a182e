import type { Clock } from '../context/clock';
import type { Connect, Socket } from '../context/socket';
import { CliError, toCliError } from '../core/errors';
import type { Secret } from '../core/secret';
import type { SecretRegister } from '../core/secret-register';
import type { Withhold } from '../core/withhold';
import { invalidResponse } from '../network/answer-errors';
import type { LiveSession, TranscriptionRequest, TranscriptionUpdate, UrlRequest } from './api';
import { PATHS } from './protocol';
import { shownQuery } from './rest';
import { failureInStream } from './stream-failures';
import { readStreamMessage, readUpdate } from './stream-messages';
import { upgradeRefusal } from './upgrade-refusal';

/** How long to wait for the confirmation of a session, in milliseconds. */
export const CONFIRMATION_MS = 20_000;

export interface SessionOptions {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly secrets: SecretRegister;
  readonly signal: AbortSignal;
  readonly apiServer: string;
  readonly trace?: ((line: string) => void) | undefined;
}

/**
 * Opens a session over WebSocket, and waits until the service confirms the session. Does not retry. Nothing is billed before
 * `start` is called. The protocol puts the token into the first message. Reason: browsers use the same protocol, and they cannot
 * set headers of a WebSocket.
 * @throws CliError `session_not_confirmed`, `closed_early`, `token_*`, and network and service errors
 */
export async function openSession(
  options: SessionOptions,
  token: Secret,
  request: UrlRequest | TranscriptionRequest,
): Promise<LiveSession> {
  const { connect, clock, secrets, signal, apiServer, trace } = options;
  secrets.addToken(token);
  if ('url' in request) secrets.addUrl(request.url);
  const url = sessionUrl(apiServer, request);
  const sent = clock.monotonic();
  const report = (outcome: string) => {
    const language = languageOf(request);
    const shown = shownQuery({ language, max_duration_s: request.maxDurationS });
    const ms = Math.round(clock.monotonic() - sent);
    trace?.(`WebSocket ${url.pathname}${shown} -> ${outcome} in ${ms} ms`);
  };
  try {
    const withhold = await secrets.load();
    const socket = await connect(url, {
      ...{ signal, clock, withhold },
      refusalOf: (status, headers) => upgradeRefusal(url.host, status, headers),
    });
    const id = await confirm(socket, url, token, { ...options, withhold });
    report('session confirmed');
    return session(socket, id, url.host, withhold);
  } catch (error) {
    report(toCliError(error).code);
    throw error;
  }
}

export function sessionUrl(apiServer: string, request: UrlRequest | TranscriptionRequest): URL {
  const { maxDurationS } = request;
  const language = languageOf(request);
  const isUrl = 'url' in request;
  const address = new URL(isUrl ? PATHS.transcribeUrl : PATHS.transcribeLive, apiServer);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = [
    ...(language === '' ? [] : [`language=${encodeURIComponent(language)}`]),
    ...(isUrl ? [`url=${encodeURIComponent(encodeURIComponent(request.url))}`] : []),
    `max_duration_s=${maxDurationS}`,
  ].join('&');
  return address;
}

/**
 * Returns the value of the language parameter. Returns '' for live audio with `auto`, because the service does not allow `auto`
 * for live audio. An empty parameter is not sent.
 */
function languageOf(request: UrlRequest | TranscriptionRequest): string {
  return 'url' in request || request.language !== 'auto' ? request.language : '';
}

async function confirm(
  socket: Socket,
  url: URL,
  token: Secret,
  { clock, signal, withhold }: SessionOptions & { readonly withhold: Withhold },
): Promise<string> {
  const authorization = `Bearer ${token.reveal()}`;
  const path = `${url.pathname}${url.search}`;
  try {
    return await withTimeout(clock, CONFIRMATION_MS, notConfirmed(url.host), async () => {
      await socket.send(JSON.stringify({ headers: { authorization, path } }));
      return readConfirmation(socket, url.host, withhold);
    });
  } catch (error) {
    await socket.close();
    const isOwnTimeout = signal.aborted && error === signal.reason;
    if (isOwnTimeout && toCliError(error).code === 'timeout') throw notConfirmed(url.host);
    throw explainClose(error, 'The session was not confirmed yet.', {
      hint: 'Try again. Nothing was transcribed, so nothing was billed.',
    });
  }
}

async function readConfirmation(socket: Socket, host: string, withhold: Withhold): Promise<string> {
  for (;;) {
    const message = readStreamMessage(await socket.next(), host);
    if (message.status === 'error') {
      throw failureInStream(message, { host, withhold, isConfirmed: false });
    }
    if (message.session !== null) return message.session;
  }
}

function session(socket: Socket, id: string, host: string, withhold: Withhold): LiveSession {
  let starting: Promise<void> | undefined;
  return {
    id,
    // Every start is billed, so the start message is sent only once, even if `start` is called twice.
    start() {
      starting ??= socket.send(JSON.stringify({ start: true, session: id }));
      return starting;
    },
    async next() {
      try {
        for (;;) {
          const update = readState(await socket.next(), host, withhold);
          if (update) return update;
        }
      } catch (error) {
        throw explainClose(error, 'The transcription was not finished.', {
          hint: starting && 'The audio that was already transcribed may have been billed.',
        });
      }
    },
    sendAudio: (bytes) => socket.send(bytes),
    stop: () => socket.send(JSON.stringify({ stop: true, session: id })),
    close: () => socket.close(),
  };
}

/**
 * Reads a message of a confirmed session.
 * @returns the state of the transcription; null if the message contains no state
 * @throws CliError `invalid_response`, or the failure that the message reports
 */
export function readState(
  text: string,
  host: string,
  withhold: Withhold,
): TranscriptionUpdate | null {
  const message = readStreamMessage(text, host);
  const { status, data } = message;
  if (status === 'error' || data?.['status'] === 'error') {
    throw failureInStream(message, { host, withhold, isConfirmed: true });
  }
  const done = status === 'done';
  if (done && !data) throw invalidResponse(host, 'the status is done, but the result is missing.');
  return data && status !== null ? readUpdate(data, done, host) : null;
}

function notConfirmed(host: string): CliError {
  return new CliError('session_not_confirmed', `${host} did not confirm the session in time.`, {
    hint: 'Try again in a moment. Nothing was transcribed, so nothing was billed.',
  });
}

/** Adds a hint about billing to the error of a broken connection. If it was closed, also adds the sentence `unfinished`. */
export function explainClose(
  error: unknown,
  unfinished: string,
  details: { readonly hint: string | undefined },
): unknown {
  if (!(error instanceof CliError)) return error;
  if (error.code === 'closed_early' || error.code === 'connection_reset') {
    return new CliError('closed_early', `${error.message} ${unfinished}`, details);
  }
  if (details.hint && (error.code === 'connection_lost' || error.code === 'timeout')) {
    const hint = [error.hint, details.hint].filter(Boolean).join(' ');
    return new CliError(error.code, error.message, { hint, cause: error });
  }
  return error;
}

function withTimeout<T>(
  clock: Clock,
  ms: number,
  timeoutError: CliError,
  work: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(ms, () => reject(timeoutError));
    work().then(resolve, reject).finally(cancel);
  });
}
