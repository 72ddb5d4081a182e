import type { RawData } from 'ws';
import { HEADERS, PATHS } from '../api/protocol';
import { parseJson } from '../core/parse-json';
import { splitTarget } from './http';
import { type Job, parseLiveJob, parseUrlJob } from './jobs';
import { Refusal } from './refusal';

const MAX_PATH_LENGTH = 16 * 1024;

/** A message that is a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws Refusal 400 */
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

/** The request that a session is for: the upgrade's query, or, where that is empty, the one in the first message. */
export function jobOf(target: string, headers: Fields): Job {
  const { path, query } = splitTarget(target);
  const repeated = textAt(headers, 'path') ?? '';
  if (repeated.length > MAX_PATH_LENGTH) throw new Refusal(400, 'the path is too long');
  const options = query.size > 0 ? query : splitTarget(repeated).query;
  if (path === PATHS.transcribeUrl) return parseUrlJob(options);
  return parseLiveJob(options, textAt(headers, HEADERS.livestreamUrl));
}
