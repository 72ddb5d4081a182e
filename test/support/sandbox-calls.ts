import { CONTROL_ROUTES } from '../../src/sandbox/control/routes';
import { FOLLOWERS } from '../../src/sandbox/follow/find-follower';
import { ROUTES } from '../../src/sandbox/routes';
import { SOCKET_PATHS } from '../../src/sandbox/socket';

type Emulation = 'emulated' | 'placeholder' | 'not';

/** How the sandbox answers each call of the service: with an emulated answer or with a placeholder. Each entry has a note. */
const NOTES: Readonly<Record<string, readonly [Emulation, string]>> = {
  'GET /security/generate-token': ['emulated', 'tokens expire, are spent, and are readonly'],
  'GET /transcriptions': ['emulated', 'the transcriptions of this run'],
  'GET /transcriptions/:id': ['emulated', 'texts as in the rows below'],
  'POST /async/transcribe/url': [
    'placeholder',
    'real text for the clip and for audio with a text file next to it, otherwise placeholders',
  ],
  'POST /transcription/:id/translate': ['placeholder', 'the text with `[de]` in front'],
  'PATCH /live/transcribe/:id/stop': ['emulated', ''],
  'GET /billing/details': ['placeholder', 'an account without costs'],
  'GET /polyglot': ['emulated', ''],
  'GET /polyglot/:id': ['emulated', '`fullUrl` does not work'],
  'POST /polyglot': ['emulated', 'the password is kept as a hash'],
  'PUT /polyglot/:id': ['emulated', 'members that are left out stay unchanged'],
  'DELETE /polyglot/:id': ['emulated', ''],
  'WS /async/transcribe/url': [
    'placeholder',
    'the same as over REST, also with `summary`, `keywords` and `paragraphs`',
  ],
  'WS /async/live/transcribe': [
    'placeholder',
    'captions grow with the audio; their text is placeholders',
  ],
  'WS /async/transcription/:id/translate': [
    'placeholder',
    'one language after the other, `[de]` in front',
  ],
  'WS /async/polyglot/:id': ['emulated', 'needs link and password; follows live transcriptions'],
};

/** Calls of the service that the sandbox does not support. The sandbox answers them with 404. */
const MISSING: readonly (readonly [string, string])[] = [
  ['GET /v1/openapi.json', 'the API of a later version'],
  ['other calls', '404 with an error document, and a line with the path in the log'],
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
      ...header('call', 'answer', ''),
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
