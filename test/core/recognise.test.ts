import { describe, expect, it } from 'vitest';
import { recognise, wordsToLookUp } from '../../src/core/recognise/recognise';
import { KNOWN_KEY, KNOWN_TOKEN, PASTED } from '../support/pasted';
import { anyText, FUZZ_RUNS, fc } from '../support/properties';

const known = {
  isToken: (word: string) => word === KNOWN_TOKEN,
  isKey: (word: string) => word === KNOWN_KEY,
};

describe('the texts that people paste', () => {
  it('are represented by many examples', () => {
    expect(PASTED.length).toBeGreaterThanOrEqual(240);
  });

  it.each(PASTED)(
    'are recognised correctly: $name',
    ({ text, taken, frame, causes, others, instead, key }) => {
      const found = recognise(text, known);
      expect({
        taken: found.taken,
        frame: found.candidates.find(({ word }) => word === found.taken)?.frame ?? null,
        causes: found.causes.map(({ code }) => code).sort(),
        others: found.candidates.length - (found.taken === null ? 0 : 1),
        key: found.key,
      }).toEqual({ taken, frame, causes, others, key });
      if (instead === null) expect(found.instead).toBeNull();
      else expect(found.instead).toContain(instead);
      for (const { message } of found.causes) expect(message).toMatch(/^[A-Z].*\.$/);
    },
  );

  it.each(PASTED)(
    'S75 are looked up in the ledger before a word is chosen: $name',
    ({ text, taken, key }) => {
      const words = wordsToLookUp(text);
      for (const word of [taken, key]) if (word !== null) expect(words).toContain(word);
    },
  );
});

const fromHex = (_all: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));

it('a token with a frame is found after thousands of other words', () => {
  const others = Array.from(
    { length: 5000 },
    (_, at) => `id ${at}a1b2c3d4e5f60718293a4b5c6d7e8f90`,
  );
  const token = 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M';
  const text = `${others.join('\n')}\nAuthorization: Bearer ${token}\n`;
  expect(recognise(text, known).taken).toBe(token);
});

/** Returns a text in every form in which a program could read it: unchanged, without invisible characters, and decoded. */
function readingsOf(text: string): string {
  const readings = [text, text.replace(/[^\x21-\x7e]/g, ''), text.replace(/[^\x20-\x7e\s]/g, '')];
  for (const reading of readings) {
    const decodings = [
      reading.replace(/%([0-9a-f]{2})/gi, fromHex),
      reading.replace(/\\+u00([0-9a-f]{2})/gi, fromHex),
      reading.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, fromHex),
      reading.replace(/&(quot|apos|#34|#39|#x27|amp|lt|gt);/gi, ' '),
    ];
    for (const decoded of decodings) if (!readings.includes(decoded)) readings.push(decoded);
  }
  const inner = readings
    .flatMap((reading) => reading.match(/[A-Za-z0-9+/]{28,}={0,2}/g) ?? [])
    .map((word) => Buffer.from(word, 'base64').toString('latin1'));
  return [...readings, ...inner].join('\n');
}

const piece = fc.oneof(
  anyText({ maxLength: 12 }),
  fc.constantFrom(...PASTED.map(({ text }) => text.slice(0, 300))),
  fc.constantFrom(
    'Bearer ',
    'Authorization: ',
    '"',
    '\n',
    '=',
    '%20',
    '\\',
    'token=',
    '=3D',
    '=\n',
    '&quot;',
    '\\u0026',
    KNOWN_KEY,
  ),
  fc.string({ unit: fc.constantFrom(...'aB3_-./+=~'), minLength: 15, maxLength: 60 }),
);
const mixed = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

describe('S75 recognise with any text', () => {
  it('finds only words that are in the text, and never an API key as a token', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const { taken, candidates, key } = recognise(text, known);
        const readings = readingsOf(text);
        for (const { word } of candidates) expect(readings).toContain(word);
        if (key !== null) expect(readings).toContain(key);
        if (taken !== null) {
          expect(candidates.find(({ word }) => word === taken)?.frame).toEqual(expect.any(String));
        }
        expect(candidates.map(({ word }) => word)).not.toContain(KNOWN_KEY);
        expect(candidates.map(({ frame }) => frame)).not.toContain('api_key');
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
