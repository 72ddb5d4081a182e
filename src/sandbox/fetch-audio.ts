import type { IncomingMessage } from 'node:http';
import { REASONS } from '../api/protocol';
import type { Clock } from '../context/clock';
import { Refusal } from './refusal';

export interface FetchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** For everything together: connecting, redirects, the last byte. */
  readonly timeoutMs: number;
}

export interface Fetched {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Where the redirects led. */
  readonly url: URL;
}

const MAX_REDIRECTS = 3;

const unreachable = (detail: string) => new Refusal(422, REASONS.audioUnreachable, { detail });

async function request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { get } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    get(url, { agent: false, signal, headers: { accept: '*/*' } }, resolve).on('error', reject);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw unreachable(`larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function follow(url: URL, options: FetchOptions, redirects: number): Promise<Fetched> {
  // A URL's user and password would become an Authorization header.
  url.username = '';
  url.password = '';
  const response = await request(url, options.signal);
  const status = response.statusCode ?? 0;
  const location = response.headers.location;
  if (status >= 300 && status < 400 && location !== undefined) {
    response.destroy();
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
    if (redirects === 0 || next === null || !/^https?:$/.test(next.protocol)) {
      throw unreachable('too many redirects, or one that leads nowhere');
    }
    return follow(next, options, redirects - 1);
  }
  if (status !== 200) {
    response.destroy();
    throw unreachable(`HTTP ${status}`);
  }
  const contentType = response.headers['content-type'] ?? '';
  return { bytes: await readBody(response, options.maxBytes), contentType, url };
}

/**
 * What lies at a URL, fetched without any credentials, bounded in size and time.
 * @throws Refusal 422; the signal's reason when it aborts
 */
export async function fetchBounded(href: string, options: FetchOptions): Promise<Fetched> {
  const ending = new AbortController();
  const abort = () => ending.abort();
  const cancelTimer = options.clock.timer(options.timeoutMs, abort);
  options.signal.addEventListener('abort', abort);
  try {
    return await follow(new URL(href), { ...options, signal: ending.signal }, MAX_REDIRECTS);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Refusal) throw error;
    throw unreachable(ending.signal.aborted ? 'it took too long' : 'the connection failed');
  } finally {
    cancelTimer();
    options.signal.removeEventListener('abort', abort);
  }
}
