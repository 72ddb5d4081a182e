import type { CallMethod } from './call-target';
import { PATHS } from './protocol';

interface DocumentedCall {
  readonly method: CallMethod;
  /** The path. `:id` is a placeholder for one segment. */
  readonly path: string;
  readonly about: string;
}

/** All REST calls of the service except minting. A test compares this list with the sandbox. */
export const DOCUMENTED_CALLS: readonly DocumentedCall[] = [
  { method: 'GET', path: PATHS.transcriptions, about: 'list the transcriptions' },
  {
    method: 'GET',
    path: `${PATHS.transcriptions}/:id`,
    about: 'get a transcription with its text',
  },
  { method: 'POST', path: PATHS.transcribeUrl, about: 'transcribe a URL (billed)' },
  {
    method: 'POST',
    path: '/transcription/:id/translate',
    about: 'translate a transcription (billed)',
  },
  { method: 'PATCH', path: '/live/transcribe/:id/stop', about: 'stop a live transcription' },
  { method: 'GET', path: PATHS.billing, about: 'show usage and payments' },
  { method: 'GET', path: PATHS.polyglot, about: 'list the polyglot sessions' },
  { method: 'GET', path: `${PATHS.polyglot}/:id`, about: 'get a polyglot session' },
  { method: 'POST', path: PATHS.polyglot, about: 'create a polyglot session' },
  { method: 'PUT', path: `${PATHS.polyglot}/:id`, about: 'change a polyglot session' },
  { method: 'DELETE', path: `${PATHS.polyglot}/:id`, about: 'delete a polyglot session' },
];
