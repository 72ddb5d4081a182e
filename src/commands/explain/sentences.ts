import { REASONS } from '../../api/protocol';
import type { ErrorCode } from '../../core/error-codes';
import type { ExplainedCode } from '../../core/explanations/index';
import { explainCode } from './codes';

/** The JSON of an explained message of the service or of the sandbox. */
export interface ExplainedSentence {
  /** The message, exactly as the service sends it. */
  readonly sentence: string;
  readonly meaning: string;
  /** The error codes that vstoken reports for this message. */
  readonly codes: readonly ExplainedCode[];
}

type Entry = readonly [meaning: string, ...codes: ErrorCode[]];

const REQUEST = 'request_rejected';

const SENTENCES: Readonly<Record<string, Entry>> = {
  [REASONS.credentialMissing]: [
    'The request has no Authorization header, or an empty one.',
    'token_refused',
  ],
  [REASONS.credentialUnknown]: [
    'The service does not know the API key or auth token in the request.',
    ...(['key_refused', 'token_refused'] as const),
  ],
  [REASONS.tokenExpired]: ['The auth token has expired.', 'token_expired'],
  [REASONS.tokenSpent]: ['The auth token is one-time, and was already used.', 'token_spent'],
  [REASONS.tokenReadonly]: [
    'The auth token is readonly, and the request needs a readwrite token.',
    'token_scope',
  ],
  [REASONS.tokenCannotMint]: [
    'An auth token was used to mint a token, which requires an API key.',
    ...(['key_refused', 'forbidden'] as const),
  ],
  [REASONS.audioUnreachable]: [
    'The service could not fetch the URL of the audio.',
    'audio_unreachable',
  ],
  [REASONS.audioInvalid]: ['The URL leads to something that is not audio.', 'audio_unreachable'],
  [REASONS.durationGuard]: [
    'The audio is longer or shorter than duration_s says.',
    'duration_guard',
  ],
  'access must be readonly or readwrite': [
    'The parameter access has a value that is not allowed.',
    REQUEST,
  ],
  'lifetime_s must be a number from 1 to 120': ['The lifetime is out of range.', REQUEST],
  'one_time must be true or false': [
    'The parameter one_time has a value that is not allowed.',
    REQUEST,
  ],
  'languages are missing': ['A translation needs the parameter languages.', REQUEST],
  'too many languages': ['The request names more languages than are allowed.', REQUEST],
  'a language must be a code, such as de': [
    'The parameter language is not a language code.',
    REQUEST,
  ],
  'url must be an http or https URL': ['The parameter url is not an http or https URL.', REQUEST],
  'url has invalid percent-encoding': [
    'The percent-encoding in the parameter url is not valid.',
    REQUEST,
  ],
  'this transcription is not live': ['Only a live transcription can be stopped.', REQUEST],
  'there is no such transcription': [
    'The id is wrong, or the transcription never started.',
    REQUEST,
  ],
  'there is no such polyglot session': [
    'The id or link of the polyglot session is wrong.',
    REQUEST,
  ],
  'another polyglot session has this link': ['Each polyglot session needs its own link.', REQUEST],
  'the password of the polyglot session is wrong': [
    'The header "password" in the first message is not the password of the session.',
    'forbidden',
  ],
  'the polyglot session was deleted': [
    'The polyglot session was deleted while it was shown to an audience.',
    REQUEST,
  ],
  'there are too many polyglot sessions': [
    'The sandbox already has the maximum number of polyglot sessions. Delete a polyglot session.',
    'service_error',
  ],
  'this transcription failed': ['A failed transcription cannot be translated.', REQUEST],
  'no first message came': [
    'A client opened a WebSocket and sent nothing for too long.',
    'closed_early',
  ],
  'the client does not read its messages': [
    'A client did not read its messages, so the sandbox closed the connection.',
    'closed_early',
  ],
  'the connection was lost': ['The connection ended without a close message.', 'closed_early'],
  'the body must be a JSON object': ['The body of the request is not a JSON object.', REQUEST],
  'the body must have the member advance, a duration such as 30s, 24h at most': [
    'The body of a request that controls the sandbox has the wrong form.',
    REQUEST,
  ],
  'the body must have the member faults, a list of texts such as mint:503*2': [
    'The body of a request that controls the sandbox has the wrong form.',
    REQUEST,
  ],
  'this call requires the API key of the sandbox': [
    'Requests that control the sandbox need its API key in the header Authorization.',
    'key_refused',
  ],
  'there is no such session': ['The session is over, or its id is wrong.', REQUEST],
  'there is no such call': [
    'The server has nothing at this path.',
    ...(['request_rejected', 'minting_unavailable'] as const),
  ],
  'this connection is for another session': [
    'A WebSocket message has another session id than its connection.',
    REQUEST,
  ],
  'a message must be a JSON object': ['A WebSocket message is not a JSON object.', REQUEST],
  'the path is too long': [
    'The path in the first message over the WebSocket is too long.',
    REQUEST,
  ],
  'only a started live session accepts audio': [
    'Audio was sent to a session that does not accept audio, or before the session started.',
    REQUEST,
  ],
  'too much live audio': ['The live session got more audio than the sandbox accepts.', REQUEST],
  'the body is too large': ['The body of the request is larger than allowed.', REQUEST],
  'the request took too long to arrive': ['The request arrived too slowly.', 'service_error'],
  'the request is not valid HTTP': ['The request is not valid HTTP.', REQUEST],
  'exactly one Host header is needed': ['The request has no Host header, or several.', REQUEST],
  'the request target must be a path': [
    'The request contains a whole URL instead of a path, as a request to a proxy does.',
    REQUEST,
  ],
  'this server accepts only requests for localhost, 127.0.0.1, [::1] or a host of --public-url': [
    'The Host header names another server, for example because of a proxy or a forwarded port.',
    REQUEST,
  ],
  'the WebSocket handshake is not valid': [
    'The request to open a WebSocket is not valid.',
    'upgrade_refused',
  ],
  'the upgrade must be to WebSocket': ['The request is not for a WebSocket.', 'upgrade_refused'],
  'this origin is not allowed': [
    'The sandbox accepts only pages on this machine. For other pages, use --allow-origin.',
    'upgrade_refused',
  ],
  'too many connections': ['The sandbox has the maximum number of connections.', 'service_error'],
  'too many unfinished sessions': [
    'The sandbox already has the maximum number of unfinished sessions.',
    'service_error',
  ],
  'the sandbox does not transcribe livestreams by URL': [
    'The sandbox does not fetch livestreams. Send the audio over a live session instead.',
    'service_error',
  ],
  'an injected fault prevented this request': [
    'The sandbox simulates this fault on purpose: see vstoken sandbox --fail.',
    'service_error',
  ],
  'an injected fault prevented this transcription': [
    'The sandbox simulates this fault on purpose: see vstoken sandbox --fail.',
    'transcription_failed',
  ],
  'the sandbox failed': ['This is a bug in the sandbox.', 'service_error'],
};

const plain = (text: string) =>
  text
    .trim()
    .replace(/^["'`]+|["'`.]+$/g, '')
    .toLowerCase();

/** Returns the known message that equals a text, or null. Ignores case, quotes around the text and a final full stop. */
export function sentenceOf(text: string): string | null {
  const wanted = plain(text);
  return Object.keys(SENTENCES).find((sentence) => plain(sentence) === wanted) ?? null;
}

/** Returns the known messages of the service that a text contains. */
export function sentencesIn(text: string): readonly string[] {
  // Remove backslashes before quotes: in JSON, the quotes inside a message are escaped.
  const lower = text.replace(/\\(?=")/g, '').toLowerCase();
  const found = Object.keys(SENTENCES).filter((sentence) => lower.includes(sentence.toLowerCase()));
  return found.filter((one) => !found.some((other) => other !== one && other.includes(one)));
}

export function explainSentence(sentence: string): ExplainedSentence {
  const [meaning = '', ...codes] = SENTENCES[sentence] ?? [];
  return { sentence, meaning, codes: codes.map((code) => explainCode(code)) };
}
