import { describeFault, fixFault } from '../core/certificate-faults';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { readCertificates } from './certificate-files';
import { codesOf } from './errors';
import { isUntrusted } from './tls-errors';

const NAME = 'NODE_EXTRA_CA_CERTS';

/**
 * Returns a better error for an untrusted certificate if the file of NODE_EXTRA_CA_CERTS has no usable PEM certificates. Reason:
 * Node.js ignores such a file without a warning.
 * @param error the result of `networkError`
 * @param thrown the error of Node.js
 */
export async function explainUntrusted(
  error: CliError,
  thrown: unknown,
  env: Environment,
): Promise<CliError> {
  const path = env['NODE_EXTRA_CA_CERTS'];
  if (!path || error.code !== 'tls_failed' || !codesOf(thrown).some(isUntrusted)) return error;
  const file = await readCertificates(path);
  if (!('fault' in file)) return error;
  const hint = `The file that ${NAME} names ${describeFault(file.fault)}. ${fixFault(file.fault, NAME)}`;
  return new CliError(error.code, error.message, { hint, cause: error });
}
