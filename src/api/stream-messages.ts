import type { Segment } from '../core/transcript';
import { invalidResponse } from '../network/answer-errors';
import type { TranscriptionUpdate } from './api';
import { isObject, type Json, notAnObject, parseObject, textOr } from './wire';

const MAX_SESSION_ID = 1024;

export interface StreamMessage {
  readonly status: string | null;
  readonly session: string | null;
  readonly error: string | null;
  readonly httpCode: number | null;
  readonly data: Json | null;
}

/**
 * Parses a message of a session.
 * @throws CliError `invalid_response` for a text that is not a JSON object, and for a member of a wrong type
 */
export function readStreamMessage(text: string, host: string): StreamMessage {
  const message = parseObject(text);
  if (!message) throw notAnObject(text, host, 'a message of the session');
  const { status, session, data } = message;
  const isSession = typeof session === 'string' && session !== '';
  if (isGiven(session) && !(isSession && session.length <= MAX_SESSION_ID)) {
    throw invalidResponse(host, 'the session id is not a string of 1 to 1024 characters.');
  }
  if (isGiven(status) && typeof status !== 'string') {
    throw invalidResponse(host, 'the status of a message is not a string.');
  }
  if (isGiven(data) && !isObject(data)) {
    throw invalidResponse(host, 'the data of a message is not an object.');
  }
  const code = message['http_code'];
  return {
    status: textOr(status),
    session: textOr(session),
    error: textOr(message['error']),
    httpCode: isStatus(code) ? code : null,
    data: isObject(data) ? data : null,
  };
}

/**
 * Reads the state of the transcription from a message's `data`. A summary or keywords of a wrong type are ignored.
 * @throws CliError `invalid_response` if the id, the progress or the timeline has a wrong type
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
    keywords: readKeywords(keywords),
  };
}

/**
 * Reads keywords from a list, or from a text with commas. The service's documentation says that a text is sent, but one of its
 * examples contains a list.
 */
function readKeywords(keywords: unknown): readonly string[] | null {
  if (isTextList(keywords)) return keywords;
  if (typeof keywords !== 'string') return null;
  return keywords
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/**
 * Counts the items whose text will not change any more. These are all items before the first item with `pending: true`. If no
 * item has `pending: true`, the last item is not counted, because its text can still grow.
 */
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
  throw invalidResponse(host, 'a segment of the timeline must have a start, an end and a text.');
}

/** Whether a value is a number of three digits, as HTTP statuses are. Only such a number is shown in errors. */
function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 999;
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
