import type { CommandContext } from '../../cli/define';
import type { CertificateFolder, Probes } from '../../context/probes';
import { describeFault, fixFault } from '../../core/certificate-faults';
import { quoteWord } from '../../core/quote';
import { raceAbort } from '../../core/race-abort';
import { counted } from '../../core/words';
import { type Check, fail, pass, warn } from './checks';

const ID = 'certificate-files';
const FOLDERS = 'SSL_CERT_DIR';

/**
 * Checks the files and folders in NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and SSL_CERT_DIR. Node.js ignores a missing file in
 * NODE_EXTRA_CA_CERTS. A missing file in SSL_CERT_FILE prevents all TLS connections. A missing folder in SSL_CERT_DIR has no
 * effect.
 * @param isNeeded whether a TLS connection is needed
 */
export async function checkCertificateFiles(
  { env, signal }: CommandContext,
  { readCertificates, readFolders }: Probes,
  isNeeded: boolean,
): Promise<Check> {
  const files = (['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'] as const).flatMap((name) => {
    const path = env[name];
    return path ? [{ name, path }] : [];
  });
  const ofFiles = files.map(async ({ name, path }) => {
    const file = await raceAbort(readCertificates(path), signal);
    if (!('fault' in file))
      return pass(ID, `${counted(file.certificates.length, 'certificate')} in ${path} (${name})`);
    const { fault } = file;
    const isFatal = name === 'SSL_CERT_FILE' || (env['SSL_CERT_FILE'] && fault !== 'unreadable');
    const report = isFatal && isNeeded ? fail : warn;
    return report(ID, `the file that ${name} names ${describeFault(fault)}`, fixFault(fault, name));
  });
  const folders = await raceAbort(readFolders(env[FOLDERS] ?? ''), signal);
  const found = [
    ...(await Promise.all(ofFiles)),
    ...folders.map((folder) => checkFolder(folder, isNeeded)),
  ];
  if (found.length === 0) return pass(ID, 'only the built-in certificates of Node.js');
  const worst =
    found.find(({ result }) => result === 'fail') ?? found.find(({ result }) => result === 'warn');
  return { ...(worst ?? pass(ID, '')), observed: found.map(({ observed }) => observed).join(', ') };
}

function checkFolder(folder: CertificateFolder, isNeeded: boolean): Check {
  const where = `${folder.path} (${FOLDERS})`;
  if (!('fault' in folder))
    return pass(ID, `${counted(folder.certificates.length, 'certificate')} in ${where}`);
  if (folder.fault === 'too large') {
    const report = isNeeded ? fail : warn;
    const fix = `Use a folder that contains only CA certificates, or unset the variable: unset ${FOLDERS}`;
    return report(ID, `more than 16 MiB of files in ${where}`, fix);
  }
  const seen =
    folder.fault === 'none' ? `no PEM certificate in ${where}` : `${where} cannot be read`;
  return warn(ID, seen, `Check which files are in the folder: ls -l ${quoteWord(folder.path)}`);
}
