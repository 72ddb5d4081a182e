import type { ExplanationsOf } from './explanation';

export const NETWORK: ExplanationsOf<6> = {
  dns_failed: {
    causes: [
      'The name of the API server is misspelt.',
      'This machine is offline, or its DNS does not work.',
      'In this network only a proxy can resolve names. No proxy is set, or the proxy is set as socks5:// instead of socks5h://.',
    ],
    fixes: [
      'See which API server is used: vstoken status',
      'Set the proxy of the network (for a SOCKS proxy, write socks5h:// instead of http://): export HTTPS_PROXY=http://HOST:PORT',
      'Use the API server of VocalStack: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  connection_refused: {
    causes: [
      'The server is not running, or uses another port.',
      'The server was a sandbox that has ended.',
    ],
    fixes: [
      'See which API server is used: vstoken status',
      'Start a local sandbox: vstoken sandbox',
      'Use the API server of VocalStack: unset VOCALSTACK_API_SERVER',
    ],
  },
  connection_failed: {
    causes: [
      'This machine is offline, or has no route to the server.',
      'A firewall blocks the connection, or the network needs a proxy, and no proxy is set.',
    ],
    fixes: [
      'Set the proxy of the network: export HTTPS_PROXY=http://HOST:PORT',
      'Check whether the service can be reached: curl --head https://api.vocalstack.com',
      'Work without a network: vstoken test --sandbox',
    ],
  },
  connection_reset: {
    causes: ['The server restarted or crashed.', 'A proxy or firewall closed the connection.'],
    fixes: [
      'Try again.',
      'If the connection is closed again, see at which request: vstoken test --mode connect --verbose',
    ],
  },
  connection_lost: {
    causes: [
      'The network was lost during a session, for example because the Wi-Fi changed or the laptop slept.',
      'A proxy or firewall drops connections without an error.',
    ],
    fixes: [
      'Try again. The audio that was already transcribed may have been billed.',
      'Check whether a session opens, without cost: vstoken test --mode connect',
    ],
  },
  tls_failed: {
    causes: [
      'A private certificate authority signed the certificate, as with a company proxy that inspects TLS. Or SSL_CERT_FILE is set, so only the authorities in that file are trusted, and the authority of the server is not one of them.',
      'The server does not send its intermediate certificate, or requires a client certificate, which vstoken does not support.',
      'The certificate is for another host, has expired, or is not yet valid by the clock of this machine; or the server does not use https on this port.',
    ],
    fixes: [
      'Trust a private certificate authority, or add a missing intermediate certificate: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
      'See the certificates of the server, and whether it asks for a client certificate: openssl s_client -showcerts -connect HOST:PORT',
      'See which cause it is, and check the clock: vstoken doctor',
    ],
  },
  proxy_failed: {
    causes: [
      'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a proxy that is not running, or that exists only in another network.',
      'The proxy does not allow connections to the API server, or cannot reach it.',
      'At the address in the proxy variable, there is no proxy. Or the proxy there uses TLS or SOCKS, although the address begins with http://.',
    ],
    fixes: [
      'See the answer of the proxy: curl --head https://api.vocalstack.com',
      'Connect without the proxy, if the network allows it: export NO_PROXY=api.vocalstack.com',
      'Ask the operator of the proxy to allow connections to api.vocalstack.com, port 443.',
    ],
  },
  proxy_auth_required: {
    causes: [
      'The proxy requires a user and a password, but the proxy variable contains none, or wrong ones.',
      'The password in the proxy variable contains a character such as @ or # that is not percent-encoded.',
      'The proxy requires another kind of login, such as NTLM or Kerberos.',
    ],
    fixes: [
      'Add user and password to the variable that the error names: export HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT',
      'For another kind of login, run a local proxy that logs in, such as cntlm or px, and set the proxy variable to the address of that local proxy.',
    ],
  },
  timeout: {
    causes: [
      'The service or the network is slow, or does not answer.',
      '--timeout or VOCALSTACK_TIMEOUT is too short. The default is 2 minutes for vstoken test, 5 minutes for vstoken verify, and 30 seconds for other commands.',
    ],
    fixes: [
      'Allow more time: vstoken mint --timeout 60s',
      'See which step takes so long: vstoken mint --verbose',
    ],
  },
  closed_early: {
    causes: ['The service ended the session, or restarted.', 'A proxy closes long connections.'],
    fixes: [
      'Try again. The audio that was already transcribed may have been billed.',
      'Check whether a session opens, without cost: vstoken test --mode connect --verbose',
    ],
  },
  upgrade_refused: {
    causes: [
      'A proxy, firewall or gateway does not pass on the header Upgrade: websocket, or requires a login.',
      'The API server is another program or website, or uses another port.',
    ],
    fixes: [
      'Find the cause: vstoken doctor',
      'Check whether the service accepts the token without WebSockets: vstoken test --mode read',
    ],
  },
  session_not_confirmed: {
    causes: [
      'The server accepted the connection, but did not confirm the session within 20 seconds, or within a shorter --timeout.',
      'A proxy opens WebSocket connections, but passes no messages on.',
      'The server refused the session without a reason.',
    ],
    fixes: [
      'Try again in a moment, without cost: vstoken test --mode connect --verbose',
      'Check, without the network, whether a session opens: vstoken test --sandbox --mode connect',
    ],
  },
};
