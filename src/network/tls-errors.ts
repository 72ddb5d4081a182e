import type { PeerCertificate } from 'node:tls';
import { CliError } from '../core/errors';

const TLS =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|CRL_|ERROR_IN_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|EPROTO)/;
const UNTRUSTED =
  /^(CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED_CERT)/;
const NOT_TLS = /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/;
/** OpenSSL's names for the alerts that end a handshake, and the numbers of these alerts (RFC 8446, 6). */
const ALERTS: readonly (readonly [RegExp, number])[] = [
  [/_ALERT_HANDSHAKE_FAILURE$/, 40],
  [/_ALERT_NO_CERTIFICATE$/, 41],
  [/_ALERT_BAD_CERTIFICATE$/, 42],
  [/_ALERT_PROTOCOL_VERSION$/, 70],
  [/_ALERT_CERTIFICATE_REQUIRED$/, 116],
];
/** Matches the number of a TLS error in a text of OpenSSL. A number of 1000 or more is an alert from the peer. */
const NUMBER = /:error:0A000([0-9A-F]{3}):/;
const FIRST_ALERT = 1000;

/** The setting that makes Node.js trust a private certificate authority. */
const TRUST = 'NODE_EXTRA_CA_CERTS=/path/to/ca.pem';

/** Returns the first of the error codes that is about TLS. Undefined if none of the codes is about TLS. */
export function tlsCodeIn(codes: readonly string[]): string | undefined {
  return codes.find((code) => TLS.test(code));
}

/** Whether a code means that the certificate is not signed by a trusted authority. */
export function isUntrusted(code: string): boolean {
  return UNTRUSTED.test(code);
}

/**
 * Returns the error for a failed TLS connection.
 * @param texts the texts of Node's errors. Only the error number in them is used, because Node.js gives no code for errors during
 * a write.
 * @param leaf the certificate of the server, if it was received
 */
export function tlsFailure(
  code: string,
  host: string,
  { texts = [], leaf }: { readonly texts?: readonly string[]; readonly leaf?: PeerCertificate },
): CliError {
  const alert = alertIn(code, texts);
  const [message, hint] =
    alert === null ? certificateTexts(code, host, leaf) : alertTexts(alert, host);
  return new CliError('tls_failed', message, { hint });
}

/** Returns the number of the alert that the server sent. Null if the server sent no alert. */
function alertIn(code: string, texts: readonly string[]): number | null {
  const named = ALERTS.find(([pattern]) => pattern.test(code));
  if (named) return named[1];
  if (code !== 'EPROTO') return null;
  const numbers = texts.map((text) => Number.parseInt(NUMBER.exec(text)?.[1] ?? '', 16));
  const number = numbers.find((each) => each >= FIRST_ALERT);
  return number === undefined ? null : number - FIRST_ALERT;
}

type Texts = readonly [message: string, hint: string];

function alertTexts(alert: number, host: string): Texts {
  if (alert === 41 || alert === 42 || alert === 116) {
    return [
      `${host} requires a client certificate, which vstoken does not support.`,
      'Ask the administrator of the server for an address that requires no client certificate. Or run a local proxy that sends a client certificate, such as stunnel, and use http://127.0.0.1:PORT as the API server',
    ];
  }
  if (alert === 70) {
    return [
      `${host} supports no TLS version that vstoken accepts.`,
      'The server must support TLS 1.2 or 1.3.',
    ];
  }
  return [
    `${host} ended the TLS handshake.`,
    'The server may require a client certificate, which vstoken does not support. Or the server and this machine may have no cipher in common. For details: openssl s_client -connect HOST:PORT',
  ];
}

/** Returns the message of the error, and its hint with the likely cause and what to do. */
function certificateTexts(code: string, host: string, leaf: PeerCertificate | undefined): Texts {
  if (code === 'CERT_HAS_EXPIRED') {
    return [
      `The certificate of ${host} has expired.`,
      'The server needs a new certificate. If other machines accept the certificate, the clock of this machine may be wrong. To see its time: date --utc',
    ];
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return [
      `The certificate of ${host} is not valid yet.`,
      'Most likely the clock of this machine is behind. To see its time: date --utc',
    ];
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return [
      `The certificate of ${host} is for another host.`,
      'Check the name of the API server: it must be in the certificate. In a guest network, sign in to the network first.',
    ];
  }
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return [
      `The certificate of ${host} is self-signed and not trusted on this machine.`,
      `If you trust the certificate, save it in a file and set: ${TRUST}`,
    ];
  }
  if (UNTRUSTED.test(code)) return untrustedTexts(code, host, leaf);
  if (NOT_TLS.test(code)) {
    return [
      `${host} does not answer with TLS.`,
      'Check the port. The server may use another protocol, or a TLS version that is too old.',
    ];
  }
  return [
    `No TLS connection could be made to ${host}.`,
    `Check the API server. If the API server uses a private CA, save the certificate of the CA in a file and set: ${TRUST}`,
  ];
}

function untrustedTexts(code: string, host: string, leaf: PeerCertificate | undefined): Texts {
  // This machine trusts the intermediate authority, but not the root authority, whose certificate is missing on this machine.
  if (code === 'UNABLE_TO_GET_ISSUER_CERT') {
    return [
      `This machine trusts the authority that signed the certificate of ${host}, but the root certificate of that authority is missing.`,
      'Add the root certificate to the file that contains the certificate of the authority. SSL_CERT_FILE or NODE_EXTRA_CA_CERTS names this file.',
    ];
  }
  const unknown = `The certificate of ${host} is signed by an authority that this machine does not trust.`;
  const advice = `Most likely a company proxy inspects TLS, or the server uses a private CA. Save the certificate of the CA in a file and set: ${TRUST}`;
  if (code !== 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return [unknown, advice];
  // The server sent only its own certificate. A certificate from a public authority contains the URL of its issuer's certificate.
  // Without this URL, a private authority may have signed the certificate directly. In that case, the server is set up correctly.
  if (!leaf?.infoAccess?.['CA Issuers - URI']) {
    return [
      unknown,
      `${advice} If the authority is public, the server must also send the intermediate certificate.`,
    ];
  }
  return [
    `${host} does not send the intermediate certificate that signed the certificate of the server.`,
    'The server must send both certificates, as in fullchain.pem. Until then, save the intermediate certificate or the certificate of the private CA in a file and set: NODE_EXTRA_CA_CERTS=/path/to/intermediate.pem',
  ];
}
