import type { RawData } from 'ws';
import { HEADERS, PATHS } from '../api/protocol';
import { parseJson } from '../core/parse-json';
import { splitTarget } from './http';
import { type FindPolyglot, type Job, parseLiveJob, parseUrlJob } from './jobs';
import { Refusal } from './refusal';
import { type Fields, isFields } from './request-body';

const MAX_PATH_LENGTH = 16 * 1024;

/** Parses a message. @throws Refusal 400 if the message is not a JSON object */
export function parseMessage(data: RawData): Fields {
  try {
    const message = parseJson(String(data));
    if (isFields(message)) return message;
  } catch {}
  throw new Refusal(400, 'a message must be a JSON object');
}

export const textAt = (fields: Fields, name: string) => {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
};

/**
 * Returns the query of the upgrade request. If this query is empty, returns the query in the member `path` of the headers that
 * the first message contains.
 */
export function queryOf(target: string, headers: Fields): URLSearchParams {
  const { query } = splitTarget(target);
  const repeated = textAt(headers, 'path') ?? '';
  if (repeated.length > MAX_PATH_LENGTH) throw new Refusal(400, 'the path is too long');
  return query.size > 0 ? query : splitTarget(repeated).query;
}

/**
 * Reads the transcription request of a session.
 * @throws Refusal 400 for an invalid value; 404 for an unknown polyglot session
 */
export function jobOf(target: string, headers: Fields, polyglot: FindPolyglot): Job {
  const query = queryOf(target, headers);
  if (splitTarget(target).path === PATHS.transcribeUrl) return parseUrlJob(query);
  return parseLiveJob(query, textAt(headers, HEADERS.livestreamUrl), polyglot);
}
