import type { ExplanationsOf } from './explanation';

export const NETWORK: ExplanationsOf<6> = {
  dns_failed: {
    causes: [
      'The API server is misspelt.',
      'This machine is offline, or its DNS does not work.',
      'The network lets names be resolved by a proxy alone, and none is named, or a SOCKS proxy by socks5://.',
    ],
    fixes: [
      'See which server is meant: vstoken status',
      'Name the proxy of the network, for a SOCKS proxy by socks5h://: export HTTPS_PROXY=http://HOST:PORT',
      'Name the service itself: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  connection_refused: {
    causes: [
      'The server does not run, or listens at another port.',
      'It is a sandbox that has ended since.',
    ],
    fixes: [
      'See which server is meant: vstoken status',
      'Start a local one: vstoken sandbox',
      'Take the variable out, where the service itself is meant: unset VOCALSTACK_API_SERVER',
    ],
  },
  connection_failed: {
    causes: [
      'This machine is offline, or has no route to the server.',
      'A firewall is in the way, or the network lets connections out by a proxy alone, and none is named.',
    ],
    fixes: [
      'Name the proxy of the network: export HTTPS_PROXY=http://HOST:PORT',
      'See whether the service can be reached: curl --head https://api.vocalstack.com',
      'Work without a network: vstoken test --sandbox',
    ],
  },
  connection_reset: {
    causes: [
      'The server was started anew, or broke down.',
      'A proxy or a firewall on the way cut the connection.',
    ],
    fixes: [
      'Try again.',
      'If it stays so, see at which request it happens: vstoken test --mode connect --verbose',
    ],
  },
  connection_lost: {
    causes: [
      'The network was cut while a session was open, as by a change of the Wi-Fi or a laptop that slept.',
      'A proxy or a firewall drops connections without a word.',
    ],
    fixes: [
      'Try again. What was transcribed until then may have been billed.',
      'See whether a session can be opened, for free: vstoken test --mode connect',
    ],
  },
  tls_failed: {
    causes: [
      'A private certificate authority signed the certificate, as with a company proxy that looks into TLS; or SSL_CERT_FILE, which counts alone, lacks its authority.',
      'The server sends its certificate without the intermediate one that signed it, or wants a client certificate, which vstoken has none of.',
      "The certificate is for another host, has expired, or is not valid yet by this machine's clock; or the server does not speak https at this port.",
    ],
    fixes: [
      'Trust a private certificate authority, or add a missing intermediate certificate: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
      'See what the server sends, and whether it wants a certificate: openssl s_client -showcerts -connect HOST:PORT',
      "See which of these it is, and this machine's clock: vstoken doctor",
    ],
  },
  proxy_failed: {
    causes: [
      'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a proxy that does not run, or that only another network knows.',
      'The proxy does not allow connections to the API server, or cannot reach it.',
      'What listens there is no proxy, or speaks TLS or SOCKS where the variable says http.',
    ],
    fixes: [
      'See what the proxy says: curl --head https://api.vocalstack.com',
      'Go past it, where the network allows that: export NO_PROXY=api.vocalstack.com',
      'Ask who runs the proxy to let connections to api.vocalstack.com at port 443 through.',
    ],
  },
  proxy_auth_required: {
    causes: [
      'The proxy asks for user and password, and its variable has none, or the wrong ones.',
      'The password has a character such as @ or #, and is not percent-encoded.',
      'The proxy asks for a login of another kind, such as NTLM or Kerberos.',
    ],
    fixes: [
      'Put them into the variable that the error names: export HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT',
      'For another kind of login, run a local proxy that logs in, such as cntlm or px, and name that one.',
    ],
  },
  timeout: {
    causes: [
      'The service or the network is slow, or does not answer at all.',
      '--timeout or VOCALSTACK_TIMEOUT allows less than the work takes; without them it is 2 minutes for test, 5 for verify, 30 seconds for others.',
    ],
    fixes: [
      'Allow more: vstoken mint --timeout 60s',
      'See how far it comes: vstoken mint --verbose',
    ],
  },
  closed_early: {
    causes: [
      'The service ended the session, or was started anew.',
      'A proxy on the way cuts connections that last.',
    ],
    fixes: [
      'Try again. What was transcribed until then may have been billed.',
      'See whether a session can be opened, for free: vstoken test --mode connect --verbose',
    ],
  },
  upgrade_refused: {
    causes: [
      'A proxy, firewall or gateway on the way does not pass the header Upgrade: websocket, or asks for a login.',
      'The API server is another program or website, or has another port.',
    ],
    fixes: [
      'See what is on the way: vstoken doctor',
      'See whether the token is accepted where no WebSocket is needed: vstoken test --mode read',
    ],
  },
  session_not_confirmed: {
    causes: [
      'The server took the connection, and did not confirm the session within 20 seconds or the time that --timeout allows.',
      'A proxy on the way opens WebSocket connections, and passes no messages on.',
      'The server refused the session, and gave no reason.',
    ],
    fixes: [
      'Try again in a moment, for free: vstoken test --mode connect --verbose',
      'See whether it works without this network: vstoken test --sandbox --mode connect',
    ],
  },
};
