import type { ExplanationsOf } from './explanation';

export const NETWORK: ExplanationsOf<6> = {
  dns_failed: {
    causes: [
      'The API server is misspelt.',
      'This machine is offline, or its DNS does not work.',
      'The network lets names be resolved by a proxy alone, and vstoken uses none.',
    ],
    fixes: [
      'See which server is meant: vstoken status',
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
      'A firewall is in the way, or the network lets connections out by a proxy alone, and vstoken uses none.',
    ],
    fixes: [
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
      'A private certificate authority signed the certificate, as with a proxy that looks into TLS.',
      "The certificate is for another host, has expired, or this machine's clock is wrong.",
      'The server does not speak https at this port.',
    ],
    fixes: [
      'Trust a private certificate authority: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
      "See this machine's clock: date --utc",
      'See which server is meant: vstoken status',
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
