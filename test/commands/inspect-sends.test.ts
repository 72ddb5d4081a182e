import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectDocument } from '../../src/commands/inspect/document';
import { type Service, sendJson, startService } from '../e2e/support/service';
import { KNOWN_KEY, KNOWN_TOKEN, PASTED } from '../support/pasted';
import { anyText, FUZZ_RUNS, fc } from '../support/properties';
import { type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

/** The values of `Authorization` that the service received: in the header of a request, or in the first message of a session. */
const sent: string[] = [];
let service: Service;
let options: RunOptions;
/** The text of a ledger that contains KNOWN_TOKEN. */
let ledger: string;

beforeAll(async () => {
  service = await startService({
    token: KNOWN_TOKEN,
    onRead(response, { headers }) {
      sent.push(headers.authorization ?? '');
      sendJson(response, 200, { status: 'done', data: [] });
    },
    onHello({ authorization, send }) {
      sent.push(authorization);
      send({ session: 'session-1' });
    },
  });
  const env = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KNOWN_KEY };
  const configDir = newConfigDir();
  options = { env };
  await run('mint --no-one-time --lifetime 120s', { env, configDir });
  ledger = readFileSync(join(configDir, 'ledger.jsonl'), 'utf8');
});
afterAll(() => service.close());

/** Runs `inspect`. Returns its JSON document, and the words that it sent to the service as tokens. */
async function inspect(stdin: string, line: string) {
  sent.length = 0;
  // Each run needs a new copy of the ledger, because `inspect` changes the ledger: it records what it has sent.
  const configDir = newConfigDir();
  writeFileSync(join(configDir, 'ledger.jsonl'), ledger, { mode: 0o600 });
  const { out, code } = await run(`inspect --json ${line}`, { ...options, configDir, stdin });
  const words = [...new Set(sent)].map((header) => header.replace(/^Bearer /, ''));
  return { code, words, document: out === '' ? null : (JSON.parse(out) as InspectDocument) };
}

const piece = fc.oneof(
  anyText({ maxLength: 12 }),
  fc.constantFrom(...PASTED.map(({ text }) => text.slice(0, 300))),
  fc.constantFrom('Bearer ', 'Authorization: ', '"', '\n', '=', '%20', '\\', 'token=', ';', '!'),
  fc.constantFrom(KNOWN_KEY, KNOWN_TOKEN, '=3D', '=\n', '&quot;', '\\u0026', 'x-api-key: '),
  fc.string({ unit: fc.constantFrom(...'aB3_-./+=~'), minLength: 15, maxLength: 60 }),
);
const text = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));

/**
 * Checks that `inspect` has sent at most one word of the text, and that its document has a `frame` for this word. The `frame` is
 * the reason why a word counts as a token: the text around the word (such as `Bearer`), an entry of the ledger, or that the text
 * contains nothing but the word.
 */
function expectAllowed(words: readonly string[], stdin: string, document: InspectDocument | null) {
  expect(words.length).toBeLessThanOrEqual(1);
  const [word] = words;
  if (word === undefined) return;
  expect(word).not.toContain(KNOWN_KEY);
  const candidate = document?.candidates.find((one) => one.fingerprint === document.fingerprint);
  expect(candidate).toMatchObject({ frame: expect.any(String), length: word.length });
  const isWhole = stdin.trim() === word;
  const isPlain = /^[A-Za-z0-9._~+/-]+={0,2}$/.test(word);
  expect(isWhole || isPlain || word === KNOWN_TOKEN).toBe(true);
  // `inspect` has sent a word, so this word must be the only one that has a `frame`. If several words have one, it is not clear
  // which of them is the token, and `inspect` must send no word.
  const framed = document?.candidates.filter(({ frame }) => frame !== null) ?? [];
  expect(framed.length).toBe(1);
}

describe('S75 what inspect sends', () => {
  it('is nothing without --probe, otherwise one word with a frame, a token of the ledger, or the whole text', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (stdin) => {
        expect((await inspect(stdin, '')).words).toEqual([]);
        const { words, document } = await inspect(stdin, '--probe');
        expectAllowed(words, stdin, document);
      }),
      { numRuns: Math.ceil(FUZZ_RUNS / 12) },
    );
  }, 60_000);

  it('is a token of the ledger, even after thousands of IDs', async () => {
    const ids = Array.from({ length: 6000 }, (_, at) => `id ${at}-a1b2c3d4-e5f6-0718-293a4b5c\n`);
    const stdin = `${ids.join('')}and it was ${KNOWN_TOKEN} then`;
    expect((await inspect(stdin, '--probe')).words).toEqual([KNOWN_TOKEN]);
  });

  // `recognise.test.ts` checks for every text which of its words counts as the token. Here, only one text is tested for each
  // combination of frame and causes. All texts without a token are tested.
  const kinds = new Map(
    PASTED.map((one) => [one.taken === null ? one.name : `${one.frame} ${one.causes}`, one]),
  );
  it.each([...kinds.values()])(
    'is the expected word of this text: $name',
    async ({ text: stdin, taken }) => {
      const { words } = await inspect(stdin, '--probe');
      expect(words).toEqual(taken === null ? [] : [taken]);
    },
  );

  it.each([
    ['joined to other signs', `x!${KNOWN_KEY}?`],
    ['behind Bearer and a part of a longer word', `Bearer abc.${KNOWN_KEY}.defghijklmnop`],
    ['joined to letters', `Bearer abcdefgh${KNOWN_KEY}abcdefgh`],
    ['percent-encoded', encodeURIComponent(`token=${KNOWN_KEY}`)],
    ['in base64', `Bearer ${btoa(`Bearer ${KNOWN_KEY}`)}`],
    ['in quoted-printable', `token=3D${KNOWN_KEY}`],
    ['doubled', `Bearer ${KNOWN_KEY}${KNOWN_KEY}`],
  ])('is never the API key: %s', async (_how, stdin) => {
    const { code, words, document } = await inspect(stdin, '--probe');
    expect({ code, words }).toEqual({ code: 4, words: [] });
    expect(document?.verdict).toMatch(/^(api_key|ambiguous|not_a_token)$/);
    const isTold = document?.causes.some((one) => one.code === 'api_key');
    expect(isTold).toBe(document?.verdict === 'api_key');
  });

  it.each([
    ['an API key of somebody else', 'Authorization: Bearer sk-0f9e8d7c6b5a43210f9e8d7c', 'api_key'],
    [
      'the API key of a sandbox',
      'VOCALSTACK_AUTH_TOKEN=sandbox-0f9e8d7c6b5a43210f9e8d7c',
      'api_key',
    ],
    ['a secret of another service', 'Bearer ghp_0f9e8d7c6b5a43210f9e8d7c', 'ambiguous'],
    ['one of a proxy', 'Proxy-Authorization: Bearer 0f9e8d7c6b5a43210f9e8d7c', 'ambiguous'],
  ])('is not %s, unless --pick selects it', async (_whose, stdin, verdict) => {
    const asked = await inspect(stdin, '--probe');
    expect(asked).toMatchObject({ code: 4, words: [], document: { verdict } });
    const [, word = ''] = /([\w-]+)$/.exec(stdin) ?? [];
    const chosen = await inspect(stdin, '--probe --pick 1');
    // An API key is never sent, even if --pick names it.
    expect(chosen.words).toEqual(verdict === 'api_key' ? [] : [word]);
    expect(JSON.stringify([asked.document, chosen.document])).not.toContain(word);
  });

  it.each(['p$Xk!9#Qr(2)Lm;Zt*7&Wy', 'a|b', '~!@'])(
    'can contain other characters if it is the whole text: %s',
    async (word) => {
      expect(await inspect(`${word}\n`, '--probe')).toMatchObject({ code: 0, words: [word] });
      expect(await inspect(`see ${word}`, '--probe')).toMatchObject({ code: 4, words: [] });
    },
  );

  it.each([
    '[object Object]',
    '401',
    '<html></html>',
    '{"a":1}',
    '{"status":"done","data":{"id":',
    'DB_PASSWORD=p$Xk!9#Qr(2)',
    'postgres://user:p$Xk!9@db.example.com/app',
    '$(vstoken mint)',
    'Bearer p$Xk!9#Qr(2)Lm',
  ])('contains no part of %s', async (stdin) => {
    expect(await inspect(stdin, '--probe')).toMatchObject({ code: 4, words: [] });
  });
});
