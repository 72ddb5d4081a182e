import type { ExplanationsOf } from './explanation';

type Code = 'tls_verification_disabled' | 'proxy_invalid' | 'ca_file_unusable';

/** Explains errors of the network's environment variables. */
export const ENVIRONMENT: Pick<ExplanationsOf<3>, Code> = {
  tls_verification_disabled: {
    causes: [
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is in the environment: no certificate would be checked, and anyone on the way could read the key.',
    ],
    fixes: [
      'Take it out: unset NODE_TLS_REJECT_UNAUTHORIZED',
      'Trust a private certificate authority instead: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
    ],
  },
  proxy_invalid: {
    causes: [
      'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY holds no address of a proxy, or that of a SOCKS proxy by socks://, socks4:// or socks4a://.',
      'The password in it has a character that means something in a URL, such as #, / or %, and is not percent-encoded.',
      'VOCALSTACK_PROXY_LOOPBACK=1 sends plain http through it, and the proxy is not on this machine.',
    ],
    fixes: [
      'Name an HTTP proxy by http://, and a SOCKS5 proxy by socks5h://: export HTTPS_PROXY=http://HOST:PORT',
      'Write such a character by its code, # as %23, / as %2F, @ as %40, % as %25.',
      'Or go past it: export NO_PROXY=api.vocalstack.com',
    ],
  },
  ca_file_unusable: {
    causes: [
      'SSL_CERT_FILE names a file that does not exist, or that this user may not read.',
      'It, or NODE_EXTRA_CA_CERTS beside it, names a file in another form than PEM, such as DER or PKCS#12.',
      'The file is damaged, has no certificate in it, or is larger than 16 MiB, as may be a folder of SSL_CERT_DIR.',
    ],
    fixes: [
      'See what is wrong with which file, and the command that converts it: vstoken doctor',
      'Make PEM of it, where it is DER: openssl x509 -inform DER -in "$SSL_CERT_FILE" -out "$SSL_CERT_FILE.pem"',
      'Trust the list that Node.js has, to which NODE_EXTRA_CA_CERTS adds: unset SSL_CERT_FILE',
    ],
  },
};
