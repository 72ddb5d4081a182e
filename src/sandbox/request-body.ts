import type { IncomingMessage } from 'node:http';
import { parseJson } from '../core/parse-json';
import { raceAbort } from '../core/race-abort';
import { Refusal } from './refusal';
import type { TranscriptionDependencies } from './transcribe';

/** The members of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the whole body, even if the body is not needed, so that the connection can be used for the next request.
 * @throws Refusal 413 if the body is larger than `bodyBytes`, 408 if the body takes longer than `bodyMs`
 */
export async function readBody(
  request: IncomingMessage,
  { realClock, limits }: Pick<TranscriptionDependencies, 'realClock' | 'limits'>,
): Promise<string> {
  const timeout = new AbortController();
  const cancelTimer = realClock.timer(limits.bodyMs, () =>
    timeout.abort(new Refusal(408, 'the request took too long to arrive')),
  );
  try {
    return await raceAbort(collect(request, limits.bodyBytes), timeout.signal);
  } finally {
    cancelTimer();
  }
}

async function collect(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = () => new Refusal(413, 'the body is too large');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parses a body. @throws Refusal 400 if the body is not a JSON object */
export function parseFields(body: string): Fields {
  try {
    const fields = parseJson(body);
    if (isFields(fields)) return fields;
  } catch {}
  throw new Refusal(400, 'the body must be a JSON object');
}
