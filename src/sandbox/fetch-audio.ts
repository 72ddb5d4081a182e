import type { IncomingMessage } from 'node:http';
import type { Clock } from '../context/clock';
import {
  type AudioConnection,
  type AudioNetwork,
  checkPeerAddress,
  connectionOptions,
} from './audio-connection';
import { Refusal, unreachable } from './refusal';

export interface FetchOptions {
  readonly network: AudioNetwork;
  /** Whether audio may be fetched from private addresses, also after a redirect. */
  readonly allowsPrivate: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** Time limit for the whole fetch, including connections and redirects, in milliseconds. */
  readonly timeoutMs: number;
}

export interface FetchedContent {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** The final URL, after redirects. */
  readonly url: URL;
  /** The IP address from which the content was fetched. */
  readonly address: string;
}

export interface FetchTarget {
  readonly href: string;
  /** The IP address of the host, if it is known. Null to look up the host. */
  readonly address: string | null;
  readonly maxRedirects: number;
  /** True if a server chose the URL. False, the default, if the client's request contains the URL. */
  readonly isRedirect?: boolean;
}

interface Answer {
  readonly response: IncomingMessage;
  readonly address: string;
}

async function request(
  url: URL,
  connection: AudioConnection,
  { network, signal }: FetchOptions,
): Promise<Answer> {
  const { get } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const options = { ...connectionOptions(network, connection), headers: { accept: '*/*' } };
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const outgoing = get(url, options, (response) => resolve({ response, address: address() }));
    const address = checkPeerAddress(outgoing, connection);
    outgoing.on('error', reject);
    // The signal is not passed as an option, because Node.js rejects the signals of jsdom and happy-dom.
    const abort = () => outgoing.destroy(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    outgoing.on('close', () => signal.removeEventListener('abort', abort));
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw unreachable(`the file is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function follow(
  url: URL,
  target: Omit<FetchTarget, 'href'> & { readonly isRedirect: boolean },
  options: FetchOptions,
): Promise<FetchedContent> {
  // The user and the password are removed, because Node.js would send them in an Authorization header.
  url.username = '';
  url.password = '';
  const { hostname } = url;
  const { allowsPrivate } = options;
  const { isRedirect, maxRedirects } = target;
  const connection = { hostname, isRedirect, allowsPrivate, address: target.address };
  const { response, address } = await request(url, connection, options);
  const status = response.statusCode ?? 0;
  const location = response.headers.location;
  if (status >= 300 && status < 400 && location !== undefined) {
    response.destroy();
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
    if (maxRedirects === 0 || next === null || !/^https?:$/.test(next.protocol)) {
      throw unreachable('there were too many redirects, or an invalid redirect');
    }
    const further = { address: null, maxRedirects: maxRedirects - 1, isRedirect: true };
    return follow(next, further, options);
  }
  if (status !== 200) {
    response.destroy();
    throw unreachable(`HTTP ${status}`);
  }
  const contentType = response.headers['content-type'] ?? '';
  return { bytes: await readBody(response, options.maxBytes), contentType, url, address };
}

/**
 * Fetches a URL without credentials, only from allowed addresses, with limits of size and time.
 * @throws Refusal 422 if the fetch fails; the reason of the signal if the signal aborts
 */
export async function fetchBounded(
  { href, ...target }: FetchTarget,
  options: FetchOptions,
): Promise<FetchedContent> {
  const ending = new AbortController();
  const abort = () => ending.abort();
  const cancelTimer = options.clock.timer(options.timeoutMs, abort);
  options.signal.addEventListener('abort', abort);
  try {
    const own = { ...options, signal: ending.signal };
    return await follow(new URL(href), { ...target, isRedirect: target.isRedirect === true }, own);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Refusal) throw error;
    throw unreachable(
      ending.signal.aborted ? 'fetching the file took too long' : 'the connection failed',
    );
  } finally {
    cancelTimer();
    options.signal.removeEventListener('abort', abort);
  }
}
