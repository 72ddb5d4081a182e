import { CONTROL_ROUTES } from '../../src/sandbox/control/routes';
import { FOLLOWERS } from '../../src/sandbox/follow/find-follower';
import { ROUTES } from '../../src/sandbox/routes';
import { SOCKET_PATHS } from '../../src/sandbox/socket';

type Emulation = 'emulated' | 'placeholder' | 'not';

/**
 * For each call of the service: whether the sandbox emulates the answer or gives a placeholder, and a text with details for
 * docs/sandbox.md.
 */
const NOTES: Readonly<Record<string, readonly [Emulation, string]>> = {
  'GET /security/generate-token': [
    'emulated',
    'the expiry, one-time use and access of tokens are the same as in the service',
  ],
  'GET /transcriptions': ['emulated', 'the transcriptions since the start of the sandbox'],
  'GET /transcriptions/:id': ['emulated', 'one transcription, with its status and its text'],
  'POST /async/transcribe/url': [
    'placeholder',
    'the real text for the example clip and for audio with a text file next to it; placeholders for other audio',
  ],
  'POST /transcription/:id/translate': [
    'placeholder',
    'the text of the transcription, after the name of the language in brackets, such as `[de]`',
  ],
  'PATCH /live/transcribe/:id/stop': ['emulated', ''],
  'GET /billing/details': ['placeholder', 'the details of an account without costs'],
  'GET /polyglot': ['emulated', ''],
  'GET /polyglot/:id': ['emulated', 'the link in `fullUrl` does not work'],
  'POST /polyglot': ['emulated', 'the password is stored as a hash'],
  'PUT /polyglot/:id': ['emulated', 'members that the body does not contain stay unchanged'],
  'DELETE /polyglot/:id': ['emulated', ''],
  'WS /async/transcribe/url': [
    'placeholder',
    'the same texts as `POST /async/transcribe/url`, and `summary`, `keywords` and `paragraphs`',
  ],
  'WS /async/live/transcribe': [
    'placeholder',
    'captions appear while audio arrives: the real text for the example clip, placeholders for other audio',
  ],
  'WS /async/transcription/:id/translate': [
    'placeholder',
    'translates into one language after the other. Each translation begins with the language, such as `[de]`',
  ],
  'WS /async/polyglot/:id': [
    'emulated',
    '`:id` is the link of the polyglot session. The password is required. Shows live transcriptions',
  ],
};

/** Calls of the service to which the sandbox answers 404, because it does not support them. */
const MISSING: readonly (readonly [string, string])[] = [
  ['GET /v1/openapi.json', 'the service returns a description of a later version of its API'],
  ['other calls', 'the log then contains a line with the path'],
];

/** All calls that the sandbox supports, such as `GET /polyglot/:id`. */
export const CALLS: readonly string[] = [
  ...ROUTES.map(({ method, pattern }) => `${method} ${pattern}`),
  ...SOCKET_PATHS.map((path) => `WS ${path}`),
  ...FOLLOWERS.map(({ pattern }) => `WS ${pattern}`),
];

export const NOTED: readonly string[] = Object.keys(NOTES);

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const header = (...names: readonly string[]) => [row(...names), `|${'---|'.repeat(names.length)}`];

/** Returns the two tables of docs/sandbox.md. The keys are the names in the HTML comments that mark the tables. */
export function tablesOfCalls(): Readonly<Record<string, string>> {
  return {
    calls: [
      ...header('call', 'answer', 'details'),
      ...CALLS.map((call) => row(`\`${call}\``, ...(NOTES[call] ?? []))),
      ...MISSING.map(([call, note]) => row(call.includes('/') ? `\`${call}\`` : call, 'not', note)),
    ].join('\n'),
    control: [
      ...header('call', 'what it does'),
      ...CONTROL_ROUTES.map(({ method, path, about }) => row(`\`${method} ${path}\``, about)),
    ].join('\n'),
  };
}

/** Returns the text of docs/sandbox.md with the current tables. */
export function withTables(page: string): string {
  return Object.entries(tablesOfCalls()).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const parts = text.split(new RegExp(`(?<=${begin}\n)[^]*?(?=${end})`));
    if (parts.length !== 2) throw new Error(`There has to be one ${begin} with its end.`);
    return parts.join(`\n${table}\n\n`);
  }, page);
}
