import type { ExplanationsOf } from './explanation';

type Code = 'tls_verification_disabled' | 'proxy_invalid' | 'ca_file_unusable';

export const ENVIRONMENT: Pick<ExplanationsOf<3>, Code> = {
  tls_verification_disabled: {
    causes: [
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is set. It turns certificate checks off, so others on the network could read the key.',
    ],
    fixes: [
      'Unset it: unset NODE_TLS_REJECT_UNAUTHORIZED',
      'Trust a private certificate authority instead: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
    ],
  },
  proxy_invalid: {
    causes: [
      'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is not a proxy address, or begins with socks://, socks4:// or socks4a://, which vstoken does not support.',
      'The password in the proxy address contains a special character of URLs, such as #, / or %, that is not percent-encoded.',
      'VOCALSTACK_PROXY_LOOPBACK=1 is set, and the proxy is on another machine. That machine could read the API key in a plain http request.',
    ],
    fixes: [
      'Write http:// for an HTTP proxy, socks5h:// for a SOCKS5 proxy: export HTTPS_PROXY=http://HOST:PORT',
      'Percent-encode special characters in the password, such as # as %23, / as %2F, @ as %40, % as %25.',
      'Or connect without the proxy: export NO_PROXY=api.vocalstack.com',
    ],
  },
  ca_file_unusable: {
    causes: [
      'SSL_CERT_FILE names a file that does not exist, or that this user may not read.',
      'SSL_CERT_FILE or NODE_EXTRA_CA_CERTS names a file that is not PEM, such as DER or PKCS#12.',
      'The file is damaged, contains no certificate, or is larger than 16 MiB. The same limit applies to a folder in SSL_CERT_DIR.',
    ],
    fixes: [
      'See which file is wrong, and the command that converts it: vstoken doctor',
      'Convert a DER file to PEM: openssl x509 -inform DER -in "$SSL_CERT_FILE" -out "$SSL_CERT_FILE.pem"',
      'Use the certificates of Node.js, plus those of NODE_EXTRA_CA_CERTS: unset SSL_CERT_FILE',
    ],
  },
};
