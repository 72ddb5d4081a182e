import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Environment } from '../context';
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
  const own = await readCertificates(env['SSL_CERT_FILE'] ?? '').catch(() => []);
  if (own.length === 0) {
    throw new CliError(
      'ca_file_unusable',
      'The file that SSL_CERT_FILE names cannot be read, or is no list of certificates.',
      {
        hint: 'It takes the path of a PEM file. Without it, Node.js has a list of its own: unset SSL_CERT_FILE',
      },
    );
  }
  // Of one that cannot be read Node has warned already, and goes on.
  const extra = await readCertificates(env['NODE_EXTRA_CA_CERTS'] ?? '').catch(() => []);
  return createSecureContext({ ca: [...own, ...extra] });
}

/** @throws what fs and OpenSSL throw, where one certificate is damaged, too */
async function readCertificates(path: string): Promise<readonly string[]> {
  const stats = await stat(path);
  if (!stats.isFile() || stats.size > MAX_BYTES) return [];
  const certificates = (await readFile(path, 'latin1')).match(CERTIFICATE) ?? [];
  for (const certificate of certificates) new X509Certificate(certificate);
  return certificates;
}
