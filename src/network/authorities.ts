import * as tls from 'node:tls';
import { describeFault, fixFault } from '../core/certificate-faults';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { requireVisible } from '../core/find-invisible';
import { readCertificates, readFolders } from './certificate-files';

const EXTRA = 'NODE_EXTRA_CA_CERTS';
const FILE = 'SSL_CERT_FILE';
const FOLDERS = 'SSL_CERT_DIR';

/**
 * Reads the certificate authorities to trust. SSL_CERT_FILE replaces the default list of authorities, and SSL_CERT_DIR adds to
 * the list, as with OpenSSL and curl. The file of NODE_EXTRA_CA_CERTS is always added. Node.js itself adds it only to the default
 * list.
 * @returns a TLS context with the trusted authorities; undefined if only Node's own list is trusted
 * @throws CliError `ca_file_unusable`
 */
export async function readAuthorities(env: Environment): Promise<tls.SecureContext | undefined> {
  const list = env[FILE] ? await readNamed(env, FILE) : null;
  const added = await readAdded(env[FOLDERS] ?? '');
  if (!list && added.length === 0) return undefined;
  const own = list ? [...list, ...(await readExtra(env))] : await defaultAuthorities(env);
  // Remove duplicates, because each certificate costs time. Most certificates of the operating system are also in Node's list,
  // but with line breaks at other places. White space is therefore ignored in the comparison.
  const all = new Map([...own, ...added].map((text) => [text.replace(/\s+/g, ''), text]));
  return tls.createSecureContext({ ca: [...all.values()] });
}

async function readNamed(env: Environment, name: string): Promise<readonly string[]> {
  const path = env[name] ?? '';
  requireVisible(path, name, 'ca_file_unusable');
  const file = await readCertificates(path);
  if (!('fault' in file)) return file.certificates;
  throw new CliError(
    'ca_file_unusable',
    `The file that ${name} names ${describeFault(file.fault)}.`,
    { hint: `The file must contain certificates in PEM format. ${fixFault(file.fault, name)}` },
  );
}

/**
 * Reads NODE_EXTRA_CA_CERTS. An unreadable file is no error, because Node.js has already printed a warning. Other faults of the
 * file are errors here, because Node.js ignores them without a warning.
 */
async function readExtra(env: Environment): Promise<readonly string[]> {
  const path = env[EXTRA] ?? '';
  const file = await readCertificates(path);
  return 'fault' in file && file.fault === 'unreadable' ? [] : readNamed(env, EXTRA);
}

/** Reads the folders of SSL_CERT_DIR. As with OpenSSL, a folder that is missing or has no certificates is no error. */
async function readAdded(folders: string): Promise<readonly string[]> {
  requireVisible(folders, FOLDERS, 'ca_file_unusable');
  const found = await readFolders(folders);
  if (found.some((folder) => 'fault' in folder && folder.fault === 'too large')) {
    throw new CliError(
      'ca_file_unusable',
      `A folder in ${FOLDERS} has more than 16 MiB of certificates.`,
      {
        hint: `Set ${FOLDERS} to a folder that contains only certificates of authorities. Or: unset ${FOLDERS}`,
      },
    );
  }
  return found.flatMap((folder) => ('fault' in folder ? [] : folder.certificates));
}

/**
 * Returns the authorities that Node.js trusts by default. Node.js 22.15 and later lists them, including authorities from its
 * options and from the operating system. For older versions, an unusable file of NODE_EXTRA_CA_CERTS is ignored, because Node.js
 * ignores it too.
 */
async function defaultAuthorities(env: Environment): Promise<readonly string[]> {
  const { getCACertificates } = tls as { getCACertificates?: (kind: 'default') => string[] };
  if (getCACertificates) return getCACertificates('default');
  const extra = await readCertificates(env[EXTRA] ?? '');
  return [...tls.rootCertificates, ...('fault' in extra ? [] : extra.certificates)];
}
