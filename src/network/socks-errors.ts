import type { CliError } from '../core/errors';
import type { ProxyServer } from './proxy';
import { failed, loginRefused, loginUnknown } from './proxy-errors';

/** The last answer of a SOCKS5 proxy. */
export interface SocksAnswer {
  /** The client's message that the proxy answered. Null before the client has sent anything. */
  readonly to: 'greeting' | 'login' | 'request' | null;
  /** The bytes of the answer that were read so far. */
  readonly bytes: readonly number[];
}

const VERSION = 5;
const NONE_ACCEPTABLE = 0xff;
const LOGIN = 2;
const GRANTED = 0;
const NOT_ALLOWED = 2;
const UNKNOWN_KIND = 8;

/** Returns which message the client sends after this answer. The client logs in only if the proxy asked for a login. */
export function questionAfter({ to, bytes }: SocksAnswer): SocksAnswer['to'] {
  if (to === null) return 'greeting';
  return to === 'greeting' && bytes[1] === LOGIN ? 'login' : 'request';
}

/** Texts for the reply codes of SOCKS5 (RFC 1928, 6). */
const REASONS: Readonly<Record<number, string>> = {
  1: 'the proxy gives no reason (often it could not resolve the name)',
  2: 'the rules of the proxy do not allow this connection',
  3: 'the proxy cannot reach the network of the server',
  4: 'the proxy cannot reach the server',
  5: 'nothing listens at this address',
  6: 'the connection took too long',
  7: 'the proxy does not support outgoing connections',
  8: 'the proxy does not support this type of address',
};

/** Whether the proxy refused only this address, so that another address of the server may work. */
export function isOfAddress({ to, bytes: [version, code = 0] }: SocksAnswer): boolean {
  return to === 'request' && version === VERSION && [1, 3, 4, 5, 6, UNKNOWN_KIND].includes(code);
}

/**
 * Returns the error for the answer of a SOCKS5 proxy that opened no connection.
 * @param target HOST:PORT
 */
export function socksRefusal(
  proxy: ProxyServer,
  target: string,
  { to, bytes: [version, code = -1] }: SocksAnswer,
): CliError {
  if (to === 'login') return loginRefused(proxy);
  if (to === 'greeting' && version === VERSION) {
    return code === NONE_ACCEPTABLE && !proxy.credentials
      ? loginRefused(proxy)
      : loginUnknown(proxy);
  }
  // Code 0 (success) is an error here: the proxy granted the request, but the address in its answer could not be read.
  if (to !== 'request' || version !== VERSION || code === GRANTED) return notSocks(proxy);
  const reason = REASONS[code] ?? `unknown SOCKS5 error ${code}`;
  return failed(
    proxy,
    `the proxy did not connect to ${target}: ${reason}`,
    hintFor(code, proxy, target),
  );
}

function notSocks(proxy: ProxyServer): CliError {
  const hint = `Check the port in ${proxy.variable}. If the proxy speaks HTTP: ${proxy.variable}=http://${proxy.host}`;
  return failed(proxy, 'it does not answer like a SOCKS5 proxy', hint);
}

function hintFor(code: number, { url, variable, host }: ProxyServer, target: string): string {
  if (code === NOT_ALLOWED) {
    return `Ask the administrator of the proxy to allow connections to ${target}.`;
  }
  if (url.protocol === 'socks5:') {
    return `With socks5://, this machine resolves names. The proxy may know another address of the server. To let the proxy resolve names: ${variable}=socks5h://${host}`;
  }
  return 'The proxy may be unable to reach the server or to resolve its name. Try again.';
}
