import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Service, sendJson, startService } from '../e2e/support/service';
import { KNOWN_KEY, KNOWN_TOKEN, PASTED } from '../support/pasted';
import { anyText, FUZZ_RUNS, fc } from '../support/properties';
import { type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

/** The credentials that the server received. */
let sent: string[] = [];
let service: Service;
/** A settings folder whose ledger contains a token. */
const configDir = newConfigDir();
beforeAll(async () => {
  service = await startService({
    onMint: (response, { headers }) => {
      sent.push(headers.authorization ?? '');
      sendJson(response, 200, { status: 'done', data: KNOWN_TOKEN });
    },
    onRead: (response, { headers }) => {
      sent.push(headers.authorization ?? '');
      sendJson(response, 200, { status: 'done', data: [] });
    },
  });
  await run('mint', { configDir, env: { ...server(), VOCALSTACK_API_KEY: KNOWN_KEY } });
});
afterAll(() => service.close());

const server = () => ({ VOCALSTACK_API_SERVER: service.url });

const piece = fc.oneof(
  anyText({ maxLength: 12 }),
  fc.constantFrom(...PASTED.map(({ text }) => text.slice(0, 300))),
  fc.constantFrom(
    ...[
      'Bearer ',
      'Authorization: ',
      '"',
      "'",
      '\n',
      '=',
      '%20',
      '\\',
      'token=',
      '\u200b',
      '\ufeff',
    ],
    ...['VOCALSTACK_API_KEY=', 'VOCALSTACK_AUTH_TOKEN=', '{"token":"', '{"api_key":"', '"}', '\0'],
    ...[KNOWN_KEY, KNOWN_TOKEN, '$NAME', 'undefined'],
  ),
  fc.string({ unit: fc.constantFrom(...'aB3_-./+=~'), minLength: 15, maxLength: 60 }),
);
const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));

/** Whether a text contains a word, directly or encoded as JSON or UTF-16. */
function standsIn(word: string, whole: string): boolean {
  const readings = [whole, whole.replaceAll('\0', ''), whole.replace(/\\(.)/g, '$1')];
  return readings.some((reading) => reading.includes(word));
}

async function sentBy(line: string, options: RunOptions): Promise<string | null> {
  sent = [];
  await run(line, { configDir, ...options });
  expect(new Set(sent).size).toBeLessThanOrEqual(1);
  return sent[0] ?? null;
}

it.each<readonly [string, (text: string) => RunOptions]>([
  ['--token-stdin', (given) => ({ stdin: given })],
  ['--use-token', (given) => ({ env: { VOCALSTACK_AUTH_TOKEN: given } })],
])(
  'S75 test %s sends at most one word of any text, and never the key',
  async (option, optionsFor) => {
    let count = 0;
    const holds = async (given: string) => {
      const options = optionsFor(given);
      const env = { ...server(), VOCALSTACK_API_KEY: KNOWN_KEY, ...options.env };
      const found = await sentBy(`test --mode read ${option}`, { ...options, env });
      if (found === null) return;
      count += 1;
      expect(found).toMatch(/^Bearer [\x21-\x7e]{1,4096}$/);
      const word = found.slice('Bearer '.length);
      expect(standsIn(word, given)).toBe(true);
      expect(word).not.toContain(KNOWN_KEY);
    };
    await fc.assert(fc.asyncProperty(text, holds), { numRuns: FUZZ_RUNS });
    expect(count).toBeGreaterThan(10);
  },
);

it.each<readonly [string, (text: string) => RunOptions]>([
  ['the variable for the key', (given) => ({ env: { VOCALSTACK_API_KEY: given } })],
  [
    'the key file',
    (given) => ({ env: { VOCALSTACK_API_KEY_FILE: '/key' }, files: { '/key': given } }),
  ],
])('S75 mint sends at most one word of any text in %s', async (_where, optionsFor) => {
  let count = 0;
  const holds = async (given: string) => {
    const options = optionsFor(given);
    const found = await sentBy('mint', { ...options, env: { ...server(), ...options.env } });
    if (found === null) return;
    count += 1;
    expect(found).toMatch(/^[\x21-\x7e]{1,4096}$/);
    expect(standsIn(found, given)).toBe(true);
  };
  await fc.assert(fc.asyncProperty(text, holds), { numRuns: FUZZ_RUNS });
  expect(count).toBeGreaterThan(10);
});

it.each(PASTED)(
  'S75 test sends only the token of a pasted text, or nothing: $name',
  async (pasted) => {
    const env = { ...server(), VOCALSTACK_API_KEY: KNOWN_KEY };
    const found = await sentBy('test --mode read --token-stdin', { env, stdin: pasted.text });
    if (found === null || pasted.taken === null) return;
    expect(found).toBe(`Bearer ${pasted.taken}`);
  },
);
