import type { PeerCertificate } from 'node:tls';
import { CliError, shortageOf } from '../core/errors';
import { systemCause } from '../core/safe-cause';
import { connectionReset, invalidResponse, responseTooLarge } from './answer-errors';
import { tlsCodeIn, tlsFailure } from './tls-errors';

const DNS = /^(ENOTFOUND|ENODATA|EAI_.*)$/;
const RESET = /^(ECONNRESET|ECONNABORTED|EPIPE)$/;
/** Returns the codes of a Node.js error. The codes of its inner errors come first. */
export function codesOf(thrown: unknown): readonly string[] {
  const error = thrown as { readonly code?: unknown; readonly errors?: unknown } | null;
  const inner = Array.isArray(error?.errors) ? error.errors : [];
  return [...inner.map((each: { code?: unknown } | null) => each?.code), error?.code].filter(
    (code) => typeof code === 'string',
  );
}

function textsOf(thrown: unknown): readonly string[] {
  const error = thrown as { readonly message?: unknown; readonly errors?: unknown } | null;
  const inner = Array.isArray(error?.errors) ? error.errors : [];
  return [error, ...inner].map((each) => String(each?.message ?? ''));
}

/**
 * Turns an error of Node's sockets, DNS, TLS or HTTP parser into a CliError, by the code of the error. The text of the error is
 * dropped, because it may quote secrets. The cause contains only the code and the address.
 * @param host the server's host, as the user wrote it
 * @param leaf the certificate of the server, if it was received
 */
export function networkError(thrown: unknown, host: string, leaf?: PeerCertificate): CliError {
  if (thrown instanceof CliError) return thrown;
  const shortage = shortageOf(thrown);
  if (shortage) return shortage;
  const { code, message, hint } = meaningOf(thrown, host, leaf);
  return new CliError(code, message, { hint, cause: systemCause(thrown) });
}

function meaningOf(thrown: unknown, host: string, leaf: PeerCertificate | undefined): CliError {
  const codes = codesOf(thrown);
  const tls = tlsCodeIn(codes);
  if (tls !== undefined) {
    return tlsFailure(tls, host, { texts: textsOf(thrown), ...(leaf && { leaf }) });
  }
  if (codes.includes('HPE_HEADER_OVERFLOW')) return responseTooLarge(host);
  if (codes.some((code) => code.startsWith('HPE_'))) {
    return invalidResponse(host, 'the answer is not HTTP.');
  }
  if (codes.some((code) => RESET.test(code))) return connectionReset(host);
  if (codes.includes('ECONNREFUSED')) {
    return new CliError('connection_refused', `Nothing listens at ${host}.`, {
      hint: 'Check the API server and its port. For a local sandbox, start it first: vstoken sandbox',
    });
  }
  if (codes.some((code) => DNS.test(code))) {
    return new CliError('dns_failed', `The name ${host} could not be resolved.`, {
      hint: 'Check the spelling of the API server, and that this machine is online.',
    });
  }
  return new CliError('connection_failed', `${host} could not be reached.`, {
    hint: 'Check that this machine is online and that no firewall blocks the connection.',
  });
}
