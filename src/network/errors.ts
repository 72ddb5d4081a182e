import { CliError, shortageOf } from '../core/errors';
import { connectionReset, invalidResponse, responseTooLarge } from './answer-errors';

const DNS = /^(ENOTFOUND|ENODATA|EAI_.*)$/;
const RESET = /^(ECONNRESET|ECONNABORTED|EPIPE)$/;
const TLS =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|CRL_|ERROR_IN_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|EPROTO)/;
const UNTRUSTED = /^(CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|UNABLE_TO_|SELF_SIGNED_)/;
const NOT_TLS = /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/;

/** How to trust a certificate that no authority of Node's list signed. */
const TRUST = 'NODE_EXTRA_CA_CERTS=/path/to/ca.pem';

function codesOf(thrown: unknown): readonly string[] {
  const error = thrown as { readonly code?: unknown; readonly errors?: unknown } | null;
  const inner = Array.isArray(error?.errors) ? error.errors : [];
  return [...inner.map((each: { code?: unknown } | null) => each?.code), error?.code].filter(
    (code) => typeof code === 'string',
  );
}

function tlsFailure(code: string, host: string): CliError {
  const [message, hint] = tlsTexts(code, host);
  return new CliError('tls_failed', message, { hint });
}

/** What happened, and the likely cause with its fix. */
function tlsTexts(code: string, host: string): readonly [message: string, hint: string] {
  if (code === 'CERT_HAS_EXPIRED') {
    return [
      `The certificate of ${host} has expired.`,
      "The server needs a new one. If others reach it, this machine's clock is wrong: date --utc",
    ];
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return [
      `The certificate of ${host} is not valid yet.`,
      "Most likely this machine's clock is behind: date --utc",
    ];
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return [
      `The certificate of ${host} is for another host.`,
      'Check the name of the API server: it must be one that the certificate lists. In a guest network, sign in there first.',
    ];
  }
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return [
      `The certificate of ${host} is signed by nobody but itself, and not trusted here.`,
      `If it is the right one, name it: ${TRUST}`,
    ];
  }
  if (UNTRUSTED.test(code)) {
    return [
      `The certificate of ${host} is signed by an authority that is not trusted here.`,
      `Most likely a company proxy looks into TLS, or the server has a private CA. Name its certificate: ${TRUST}`,
    ];
  }
  if (NOT_TLS.test(code)) {
    return [
      `${host} does not answer as a server with TLS does.`,
      'Check the port: another protocol is spoken there, or TLS in a way that is no longer accepted.',
    ];
  }
  return [
    `No TLS connection could be made to ${host}.`,
    `Check the API server. If it has a private CA, name its certificate: ${TRUST}`,
  ];
}

/**
 * What an error of Node's sockets, DNS, TLS or HTTP parser means, decided by its code alone. Its text and the error itself are
 * left behind, since they may quote secrets.
 * @param host the server's host, as the person knows it
 */
export function networkError(thrown: unknown, host: string): CliError {
  if (thrown instanceof CliError) return thrown;
  const shortage = shortageOf(thrown);
  if (shortage) return shortage;
  const codes = codesOf(thrown);
  const tls = codes.find((code) => TLS.test(code));
  if (tls !== undefined) return tlsFailure(tls, host);
  if (codes.includes('HPE_HEADER_OVERFLOW')) return responseTooLarge(host);
  if (codes.some((code) => code.startsWith('HPE_'))) {
    return invalidResponse(host, 'it is not HTTP.');
  }
  if (codes.some((code) => RESET.test(code))) return connectionReset(host);
  if (codes.includes('ECONNREFUSED')) {
    return new CliError('connection_refused', `Nothing listens at ${host}.`, {
      hint: 'Check the API server and its port. For a local one, start it first: vstoken sandbox',
    });
  }
  if (codes.some((code) => DNS.test(code))) {
    return new CliError('dns_failed', `The name ${host} could not be resolved.`, {
      hint: 'Check the spelling of the API server, and that this machine is online.',
    });
  }
  return new CliError('connection_failed', `${host} could not be reached.`, {
    hint: 'Check that this machine is online and that no firewall is in the way.',
  });
}
