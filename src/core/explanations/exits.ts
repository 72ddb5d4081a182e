import type { ErrorExit } from '../error-codes';

/** Explains each exit code, 0 included. */
export const EXITS: Readonly<Record<0 | ErrorExit, string>> = {
  0: 'done',
  1: 'a bug in this program, or a Node.js that is too old for it',
  2: 'usage: an option, a value, or a combination that is not allowed',
  3: 'this machine: the settings, the key store, a file or the output; a setting that is not safe',
  4: 'not authenticated: no key, or the key or token was refused',
  5: 'not allowed: the access of the token forbids it, or a policy does',
  6: 'network: DNS, connection, TLS, timeout, a connection that was closed early',
  7: 'service: 5xx, 429, another 4xx, a redirect, an answer or an API version that does not fit',
  8: 'the test transcription failed',
  9: 'vstoken verify found a broken promise',
  126: 'vstoken exec could not run the command',
  127: 'vstoken exec did not find the command',
  130: 'stopped by SIGINT (Ctrl-C), or a question was cancelled',
  143: 'stopped by SIGTERM',
};
