/** Reason why a file cannot be used as a list of PEM certificates. */
export type CertificateFault =
  | 'unreadable'
  | 'too large'
  | 'der'
  | 'pkcs12'
  | 'pkcs7'
  | 'pkcs7 in der'
  | 'trusted'
  | 'keystore'
  | 'utf16'
  | 'none'
  | 'damaged';

interface Description {
  /** Words that complete the sentence "The file ...". */
  readonly words: string;
  /**
   * Returns the command that converts the file to PEM. `name` is the variable that contains the path of the file. Undefined if no
   * command can convert the file.
   */
  readonly convert?: (name: string) => string;
}

const toPem = (command: string) => (name: string) =>
  command.replaceAll('IN', `"$${name}"`).replaceAll('OUT', `"$${name}.pem"`);

const DESCRIPTIONS: Readonly<Record<CertificateFault, Description>> = {
  unreadable: { words: 'cannot be read' },
  'too large': { words: 'is larger than 16 MiB' },
  der: {
    words: 'is in DER, but must be PEM',
    convert: toPem('openssl x509 -inform DER -in IN -out OUT'),
  },
  pkcs12: {
    words: 'is a PKCS#12 file (.p12, .pfx), but must be PEM',
    convert: toPem('openssl pkcs12 -cacerts -nokeys -in IN -out OUT'),
  },
  pkcs7: {
    words: 'is a PKCS#7 file (.p7b), but must be PEM',
    convert: toPem('openssl pkcs7 -print_certs -in IN -out OUT'),
  },
  'pkcs7 in der': {
    words: 'is a PKCS#7 file (.p7b), but must be PEM',
    convert: toPem('openssl pkcs7 -inform DER -print_certs -in IN -out OUT'),
  },
  trusted: {
    words: 'contains certificates with OpenSSL trust settings, but must contain plain certificates',
    convert: toPem('openssl x509 -in IN -out OUT'),
  },
  keystore: {
    words: 'is a Java key store, but must be PEM',
    convert: toPem('keytool -list -rfc -keystore IN > OUT'),
  },
  utf16: {
    words: 'is text in UTF-16, but must be ASCII or UTF-8',
    convert: toPem('iconv -f UTF-16 -t UTF-8 IN > OUT'),
  },
  none: { words: 'contains no certificate' },
  damaged: { words: 'contains a damaged certificate' },
};

export function describeFault(fault: CertificateFault): string {
  return DESCRIPTIONS[fault].words;
}

/**
 * Returns the hint for a fault: how to fix the file, with a command.
 * @param name the environment variable that contains the path of the file
 */
export function fixFault(fault: CertificateFault, name: string): string {
  const command = DESCRIPTIONS[fault].convert?.(name);
  if (command === undefined) return `Unset ${name}, or check the file: ls -l "$${name}"`;
  return `Convert the file to PEM, and use the new file: ${command}`;
}

const SEQUENCE = 0x30;
const MANY_LENGTH_BYTES = 0x80;
/** The integer 3 in DER: the version at the beginning of every PKCS#12 file (RFC 7292, section 4). */
const PKCS12 = '020103';
/** The object identifier of signed data in DER: 1.2.840.113549.1.7.2 (RFC 5652, section 5.1). */
const PKCS7 = '06092a864886f70d010702';
const JAVA = 'feedfeed';

/** Returns why a file contains no usable PEM certificates. Checks the first bytes and the PEM labels of the file. */
export function formOf(bytes: Buffer): CertificateFault {
  const first = bytes.toString('hex', 0, 4);
  if (first === JAVA) return 'keystore';
  if (/^(fffe|feff)/.test(first)) return 'utf16';
  if (bytes[0] === SEQUENCE) {
    const length = bytes[1] ?? 0;
    const start = length < MANY_LENGTH_BYTES ? 2 : 2 + (length - MANY_LENGTH_BYTES);
    const inner = bytes.toString('hex', start, start + 11);
    if (inner.startsWith(PKCS12)) return 'pkcs12';
    if (inner.startsWith(PKCS7)) return 'pkcs7 in der';
    return 'der';
  }
  if (bytes.includes('-----BEGIN PKCS7-----') || bytes.includes('-----BEGIN CMS-----')) {
    return 'pkcs7';
  }
  return bytes.includes('-----BEGIN TRUSTED CERTIFICATE-----') ? 'trusted' : 'none';
}
