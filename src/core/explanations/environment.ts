import type { ExplanationsOf } from './explanation';

type Code = 'tls_verification_disabled' | 'proxy_invalid' | 'ca_file_unusable';

/** What the variables of the network can be wrong with. */
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
      'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a SOCKS proxy, or holds no address.',
      'The password in it has a character that means something in a URL, such as #, / or %, and is not percent-encoded.',
      'VOCALSTACK_PROXY_LOOPBACK=1 sends plain http through it, and the proxy is not on this machine.',
    ],
    fixes: [
      'Name a proxy that opens tunnels: export HTTPS_PROXY=http://HOST:PORT',
      'Write such a character by its code, # as %23, / as %2F, @ as %40, % as %25.',
      'Or go past it: export NO_PROXY=api.vocalstack.com',
    ],
  },
  ca_file_unusable: {
    causes: [
      'SSL_CERT_FILE names a file that does not exist, or that this user may not read.',
      'It is in another form than PEM, is damaged, or has no certificate in it.',
    ],
    fixes: [
      'See what is there: ls -l "$SSL_CERT_FILE"',
      'Trust the list that Node.js has: unset SSL_CERT_FILE',
      'Add an authority to that list: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
    ],
  },
};
