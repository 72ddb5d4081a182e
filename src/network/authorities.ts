import * as tls from 'node:tls';
import { describeFault, fixFault } from '../core/certificate-faults';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { requireSeen } from '../core/unseen';
import { readCertificates, readFolders } from './certificate-files';

const EXTRA = 'NODE_EXTRA_CA_CERTS';
const FILE = 'SSL_CERT_FILE';
const FOLDERS = 'SSL_CERT_DIR';

/**
 * Trusts the certificates of SSL_CERT_FILE instead of Node's own list, and those of the folders of SSL_CERT_DIR as well, as OpenSSL
 * and curl do; and those of NODE_EXTRA_CA_CERTS, which Node itself adds to its own list alone.
 * @returns undefined when nothing is trusted but what Node trusts
 * @throws CliError `ca_file_unusable`
 */
export async function readAuthorities(env: Environment): Promise<tls.SecureContext | undefined> {
  const list = env[FILE] ? await readNamed(env, FILE) : null;
  const added = await readAdded(env[FOLDERS] ?? '');
  if (!list && added.length === 0) return undefined;
  const own = list ? [...list, ...(await readExtra(env))] : await ownAuthorities(env);
  // Those of a system are Node's own, most of them, in lines of another length; each takes time.
  const all = new Map([...own, ...added].map((text) => [text.replace(/\s+/g, ''), text]));
  return tls.createSecureContext({ ca: [...all.values()] });
}

async function readNamed(env: Environment, name: string): Promise<readonly string[]> {
  const path = env[name] ?? '';
  requireSeen(path, name, 'ca_file_unusable');
  const file = await readCertificates(path);
  if (!('fault' in file)) return file.certificates;
  throw new CliError(
    'ca_file_unusable',
    `The file that ${name} names ${describeFault(file.fault)}.`,
    { hint: `It takes a list of certificates in PEM. ${fixFault(file.fault, name)}` },
  );
}

/** Of one that cannot be read Node has warned already, and goes on. Of another fault it says nothing. */
async function readExtra(env: Environment): Promise<readonly string[]> {
  const path = env[EXTRA] ?? '';
  const file = await readCertificates(path);
  return 'fault' in file && file.fault === 'unreadable' ? [] : readNamed(env, EXTRA);
}

/** A folder that is missing, or that has none in it, is no error to OpenSSL either. */
async function readAdded(folders: string): Promise<readonly string[]> {
  requireSeen(folders, FOLDERS, 'ca_file_unusable');
  const found = await readFolders(folders);
  if (found.some((folder) => 'fault' in folder && folder.fault === 'too large')) {
    throw new CliError('ca_file_unusable', `A folder of ${FOLDERS} has more than 16 MiB in it.`, {
      hint: `Name a folder with certificates of authorities alone, or do without: unset ${FOLDERS}`,
    });
  }
  return found.flatMap((folder) => ('fault' in folder ? [] : folder.certificates));
}

/** What Node trusts by itself: from 22.15 on it says so, with what options and the system add. A file that it leaves out is left out here. */
async function ownAuthorities(env: Environment): Promise<readonly string[]> {
  const { getCACertificates } = tls as { getCACertificates?: (kind: 'default') => string[] };
  if (getCACertificates) return getCACertificates('default');
  const extra = await readCertificates(env[EXTRA] ?? '');
  return [...tls.rootCertificates, ...('fault' in extra ? [] : extra.certificates)];
}
