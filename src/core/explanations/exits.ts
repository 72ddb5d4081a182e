import type { ErrorExit } from '../error-codes';

export const EXITS: Readonly<Record<0 | ErrorExit, string>> = {
  0: 'done',
  1: 'a bug in this program, or the version of Node.js is too old',
  2: 'usage: an option, value or combination of options is not allowed',
  3: 'this machine: a problem with the settings, the key store, a file or the output, or an unsafe setting',
  4: 'not authenticated: no key, or the key or token was refused',
  5: 'not allowed: the access of the token, or a rule of the service or of vstoken, forbids the request',
  6: 'network: DNS, connection, TLS, timeout, or a connection that was closed early',
  7: 'service: 5xx, 429, another 4xx, a redirect, or an unexpected answer or API version',
  8: 'the test transcription failed',
  9: 'vstoken verify found a broken promise',
  126: 'vstoken exec could not run the command',
  127: 'vstoken exec did not find the command',
  130: 'stopped by SIGINT (Ctrl-C), or a question was cancelled',
  143: 'stopped by SIGTERM',
};
