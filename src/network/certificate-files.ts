import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import type { CertificateFile, CertificateFolder } from '../context/probes';
import { formOf } from '../core/certificate-faults';

/**
 * Maximum size of a certificate file, in bytes. A file with all authorities that browsers trust has 256 KiB. The file of a
 * company may have several MiB. curl has no limit.
 */
const MAX_BYTES = 16 * 1024 * 1024;
const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
/**
 * Certificates are checked in groups of this number. Between two groups, signals and deadlines are handled. Checking 100
 * certificates takes about 10 ms.
 */
const AT_ONCE = 100;
/** Number of files of a folder that are read in parallel. The number is small because each file may have the maximum size. */
const FILES_AT_ONCE = 8;
/** Matches the names of the links to certificates that `openssl rehash` creates. */
const HASHED = /^[0-9a-f]{8}\.\d+$/;

/** Reads the PEM certificates of a file, without duplicates. If one certificate is damaged, the whole file counts as damaged. */
export async function readCertificates(path: string): Promise<CertificateFile> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isFile()) return { fault: 'unreadable' };
  if (stats.size > MAX_BYTES) return { fault: 'too large' };
  const bytes = await readFile(path).catch(() => null);
  if (!bytes) return { fault: 'unreadable' };
  const certificates = blocksIn(bytes.toString('latin1'));
  if (certificates.length === 0) {
    const form = formOf(bytes);
    return { fault: form === 'der' && !isCertificate(bytes) ? 'none' : form };
  }
  for (const [index, certificate] of certificates.entries()) {
    if (!isCertificate(certificate)) return { fault: 'damaged' };
    if (index % AT_ONCE === AT_ONCE - 1) await scheduler.yield();
  }
  return { certificates };
}

/**
 * Finds the blocks from a BEGIN to an END label. Reads the text only once, even if many END labels are missing. A last block
 * without an END label is returned too, and is later reported as damaged.
 */
function blocksIn(text: string): readonly string[] {
  const blocks = new Set<string>();
  for (let at = text.indexOf(BEGIN); at >= 0; ) {
    const end = text.indexOf(END, at);
    const next = end < 0 ? text.length : end + END.length;
    blocks.add(text.slice(at, next));
    at = text.indexOf(BEGIN, next);
  }
  return [...blocks];
}

/**
 * Reads the certificates in a list of folders such as SSL_CERT_DIR. The list has the same separator as PATH. If a folder contains
 * names from `openssl rehash`, only those files are read, as with OpenSSL. Otherwise, all files are read. Files without a
 * certificate are ignored.
 */
export async function readFolders(list: string): Promise<readonly CertificateFolder[]> {
  const found: CertificateFolder[] = [];
  for (const path of list.split(delimiter).filter((each) => each !== '')) {
    found.push(await readFolder(path));
  }
  return found;
}

async function readFolder(path: string): Promise<CertificateFolder> {
  const names = await readdir(path).catch(() => null);
  if (!names) return { path, fault: 'unreadable' };
  const hashed = names.filter((name) => HASHED.test(name));
  const certificates = new Set<string>();
  let characters = 0;
  const chosen = hashed.length > 0 ? hashed : names;
  for (let at = 0; at < chosen.length; at += FILES_AT_ONCE) {
    const some = chosen
      .slice(at, at + FILES_AT_ONCE)
      .map((name) => readCertificates(join(path, name)));
    const read = (await Promise.all(some)).flatMap((file) =>
      'fault' in file ? [] : file.certificates,
    );
    for (const certificate of read) {
      if (certificates.has(certificate)) continue;
      certificates.add(certificate);
      characters += certificate.length;
    }
    if (characters > MAX_BYTES) return { path, fault: 'too large' };
  }
  return certificates.size === 0
    ? { path, fault: 'none' }
    : { path, certificates: [...certificates] };
}

function isCertificate(content: string | Buffer): boolean {
  try {
    new X509Certificate(content);
    return true;
  } catch {
    return false;
  }
}
