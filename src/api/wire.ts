import { type Secret, secret } from '../core/secret';
import { isToken } from '../core/token';
import type { Segment } from '../core/transcript';
import type { TranscriptionUpdate } from './api';
import { invalidResponse } from './network-errors';

export type Json = Readonly<Record<string, unknown>>;

const MAX_SESSION_ID = 1024;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object that a text holds, or null. JSON.parse's own error quotes the text, so it goes no further. */
export function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * The token in an answer of generate-token: a string at `data`, `data.token`, `data.data` or `token`.
 * @throws CliError `invalid_response` when there is none, or it cannot be a token; the answer is never quoted
 */
export function readToken(answer: Json, host: string): Secret {
  const data = isObject(answer['data']) ? answer['data'] : {};
  const found = [answer['data'], data['token'], data['data'], answer['token']].find(
    (each) => typeof each === 'string',
  );
  if (typeof found !== 'string') throw invalidResponse(host, 'there is no auth token in it.');
  if (!isToken(found)) {
    throw invalidResponse(host, 'what it holds as an auth token cannot be one.');
  }
  return secret(found);
}

/** @throws CliError `invalid_response` when `data` is not a list */
export function readList(answer: Json, host: string): readonly unknown[] {
  const { data } = answer;
  if (!Array.isArray(data)) throw invalidResponse(host, 'there is no list in it.');
  return data;
}

export interface StreamMessage {
  readonly status: string | null;
  readonly session: string | null;
  readonly error: string | null;
  readonly httpCode: number | null;
  readonly data: Json | null;
}

/** @throws CliError `invalid_response` for a message that is not JSON, or whose members have other types than they must */
export function readStreamMessage(text: string, host: string): StreamMessage {
  const message = parseObject(text);
  if (!message) throw invalidResponse(host, 'a message of the session is not a JSON object.');
  const { status, session, data } = message;
  const isSession = typeof session === 'string' && session !== '';
  if (isGiven(session) && !(isSession && session.length <= MAX_SESSION_ID)) {
    throw invalidResponse(host, 'the id of the session is not one.');
  }
  if (isGiven(status) && typeof status !== 'string') {
    throw invalidResponse(host, 'the status of a message is not a text.');
  }
  if (isGiven(data) && !isObject(data)) {
    throw invalidResponse(host, 'the data of a message is not an object.');
  }
  const code = message['http_code'];
  return {
    status: textOr(status),
    session: textOr(session),
    error: textOr(message['error']),
    httpCode: Number.isInteger(code) ? (code as number) : null,
    data: isObject(data) ? data : null,
  };
}

/**
 * The state of the work in a message's `data`. Summary and keywords are extras: of another type, they are left out.
 * @throws CliError `invalid_response` when the id, the progress or the timeline has another type than it must
 */
export function readUpdate(data: Json, done: boolean, host: string): TranscriptionUpdate {
  const { id, progress, timeline, summary, keywords } = data;
  if (typeof id !== 'string') throw invalidResponse(host, 'the transcription has no id.');
  if (isGiven(progress) && !isFiniteNumber(progress)) {
    throw invalidResponse(host, 'the progress is not a number.');
  }
  if (isGiven(timeline) && !Array.isArray(timeline)) {
    throw invalidResponse(host, 'the timeline is not a list.');
  }
  const items: readonly unknown[] = Array.isArray(timeline) ? timeline : [];
  return {
    id,
    done,
    progress: isFiniteNumber(progress) ? Math.min(Math.max(progress, 0), 1) : null,
    segments: items.map((item) => readSegment(item, host)),
    settled: done ? items.length : countSettled(items),
    summary: textOr(summary),
    keywords: isTextList(keywords) ? keywords : null,
  };
}

/** Those before the first that is marked as pending; never the last, whose text still grows. */
function countSettled(items: readonly unknown[]): number {
  const pending = items.findIndex((item) => isObject(item) && item['pending'] === true);
  return pending === -1 ? Math.max(0, items.length - 1) : pending;
}

function readSegment(item: unknown, host: string): Segment {
  if (isObject(item)) {
    const { start, end, text } = item;
    if (isFiniteNumber(start) && isFiniteNumber(end) && typeof text === 'string') {
      return { start, end, text };
    }
  }
  throw invalidResponse(host, 'a piece of the timeline has no start, end and text.');
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
