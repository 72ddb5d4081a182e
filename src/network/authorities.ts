import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateFile } from '../context/probes';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';

/** All authorities that the browsers know are a quarter of one. */
const MAX_BYTES = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/**
 * Trusts the certificates of SSL_CERT_FILE instead of Node's own list, as OpenSSL and curl do, and those of NODE_EXTRA_CA_CERTS as
 * well: to that list Node itself would add them.
 * @throws CliError `ca_file_unusable`
 */
export async function readAuthorities(env: Environment): Promise<SecureContext> {
  const own = await readCertificates(env['SSL_CERT_FILE'] ?? '');
  if ('fault' in own) {
    throw new CliError(
      'ca_file_unusable',
      'The file that SSL_CERT_FILE names cannot be read, or is no list of certificates.',
      {
        hint: 'It takes the path of a PEM file. Without it, Node.js has a list of its own: unset SSL_CERT_FILE',
      },
    );
  }
  // Of one that cannot be read Node has warned already, and goes on.
  const extra = await readCertificates(env['NODE_EXTRA_CA_CERTS'] ?? '');
  const more = 'fault' in extra ? [] : extra.certificates;
  return createSecureContext({ ca: [...own.certificates, ...more] });
}

/** The certificates in PEM of a file; one that is damaged spoils them all. */
export async function readCertificates(path: string): Promise<CertificateFile> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isFile()) return { fault: 'unreadable' };
  if (stats.size > MAX_BYTES) return { fault: 'too large' };
  const bytes = await readFile(path).catch(() => null);
  if (!bytes) return { fault: 'unreadable' };
  const certificates = bytes.toString('latin1').match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return { fault: isBinary(bytes) ? 'binary' : 'none' };
  return certificates.every(isCertificate) ? { certificates } : { fault: 'damaged' };
}

/** Whether it is a certificate in DER, which starts with a SEQUENCE. */
function isBinary(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && isCertificate(bytes);
}

function isCertificate(content: string | Buffer): boolean {
  try {
    new X509Certificate(content);
    return true;
  } catch {
    return false;
  }
}
