import { describe, expect, it } from 'vitest';
import { fold } from '../../src/core/fold';
import { createSecretMatcher } from '../../src/core/secret-matcher';
import { formsOf } from '../e2e/support/encodings';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';

function matcherFor(...secrets: readonly string[]) {
  const matcher = createSecretMatcher();
  for (const secret of secrets) matcher.learn(secret);
  return matcher;
}

const matcher = matcherFor(KEY);
const bytes = [...Buffer.from(KEY)];
const escaped = (write: (code: number) => string) => bytes.map(write).join('');
const hex = (code: number) => code.toString(16).padStart(2, '0');

describe('S61 a secret is found in a text', () => {
  it.each([
    ...formsOf(KEY),
    ['capitals', KEY.toUpperCase()],
    ['small letters', KEY.toLowerCase()],
    ['a piece of 12 letters and digits', 'ryKey/5d2+8x&%41=z'],
    ['its beginning', KEY.slice(0, 16)],
    ['its end', KEY.slice(-22)],
    ['separators', [...KEY].join('-')],
    ['spaces', [...KEY].join(' ')],
    ['line breaks', [...KEY].join('\n')],
    ['zero-width characters', [...KEY].join('\u200b')],
    ['soft hyphens', [...KEY].join('\u00ad')],
    ['tag characters', [...KEY].join('\u{e0041}')],
    ['accents', [...KEY].join('\u0301')],
    ['wide letters', KEY.replace(/[!-~]/g, (at) => String.fromCharCode(at.charCodeAt(0) + 0xfee0))],
    ['pieces', `'${KEY.slice(0, 5)}' + '${KEY.slice(5)}'`],
    ['a Buffer', `<Buffer ${bytes.map(hex).join(' ')}>`],
    ['hex with colons', bytes.map(hex).join(':')],
    ['0xNN', bytes.map((code) => `0x${hex(code)}`).join(', ')],
    ['bytes', bytes.join(', ')],
    ['\\xNN', escaped((code) => `\\x${hex(code)}`)],
    ['\\uNNNN', escaped((code) => `\\u00${hex(code)}`)],
    ['\\u{NN}', escaped((code) => `\\u{${hex(code)}}`)],
    ['&#xNN;', escaped((code) => `&#x${hex(code)};`)],
    ['&#NN;', escaped((code) => `&#${code};`)],
    ['\\NNN', escaped((code) => `\\${code.toString(8).padStart(3, '0')}`)],
    ['percent, twice', encodeURIComponent(encodeURIComponent(KEY))],
    ['base64 in lines', Buffer.from(KEY).toString('base64').replace(/.{8}/g, '$&\n')],
    ['its ends around dots', `${KEY.slice(0, 6)}...${KEY.slice(-6)}`],
    ['its ends around one character', `${KEY.slice(0, 4)}…${KEY.slice(-7)}`],
    ['its ends around stars', `${KEY.slice(0, 4)}****${KEY.slice(-7)}`],
    ['its ends around dots in brackets', `${KEY.slice(0, 4)} [ . . . ] ${KEY.slice(-7)}`],
    ['its ends around x', `${KEY.slice(0, 4)}xxxx${KEY.slice(-7)}`],
    ['its ends around other signs', `${KEY.slice(0, 5)}\u25cf\u25cf\u25cf\u25cf${KEY.slice(-7)}`],
    ['its ends around blocks', `${KEY.slice(0, 4)}\u2588\u2588\u2588${KEY.slice(-7)}`],
    ['its ends around [REDACTED]', `${KEY.slice(0, 4)}[REDACTED]${KEY.slice(-7)}`],
    ['its ends around a count', `${KEY.slice(0, 6)}<16 more characters>${KEY.slice(-7)}`],
    ['its ends in capitals', `${KEY.slice(0, 4)}---${KEY.slice(-7)}`.toUpperCase()],
    [
      'its hex around dots',
      `${bytes.slice(0, 4).map(hex).join('')}..${bytes.slice(-4).map(hex).join('')}`,
    ],
    ['its ends around &hellip;', `${KEY.slice(0, 4)}&hellip;${KEY.slice(-7)}`],
  ])('as %s', (_, form) => {
    expect(matcher.repeats(`before ${form} after`)).toBe(true);
  });

  it.each([
    ['other words', 'The service does not accept the key that was sent to it.'],
    ['11 letters and digits of it', `no: ${KEY.slice(0, 11)}, of the key`],
    ['3 and 4 around an ellipsis', `Can...${KEY.slice(-7)}`],
    ['its ends in the other order', `${KEY.slice(-7)}...${KEY.slice(0, 6)}`],
    ['one end of it', `...${KEY.slice(-7)}`],
    ['its ends without an ellipsis', `${KEY.slice(0, 6)} or ${KEY.slice(-7)}`],
    ['its ends around other words', `${KEY.slice(0, 6)} (see it) ${KEY.slice(-7)}`],
    ['its ends around signs of JSON', `"${KEY.slice(0, 6)}":"${KEY.slice(-7)}"`],
    ['nothing', ''],
  ])('but not as %s', (_, text) => {
    expect(matcher.repeats(text)).toBe(false);
  });

  it('but not because of common words that it contains', () => {
    const words = matcherFor('the key of the API server');
    for (const text of ['The key of the service', 'the server said no', 'server ... key']) {
      expect(words.repeats(text)).toBe(false);
    }
    expect(words.repeats('THE-KEY-OF-THE-API')).toBe(true);
  });

  it('in exactly its own form if it has no letters and digits', () => {
    const signs = matcherFor('!"#$%&/()=?`-K');
    expect(signs.repeats('pass: !"#$%&/()=?`-k.')).toBe(true);
    expect(signs.repeats('-k')).toBe(false);
  });

  it('in its decoded form if it is percent-encoded itself, like the user of a URL', () => {
    expect(matcherFor('p%40ss%2Fword%20of%20mine').repeats('p@ss/word of mine')).toBe(true);
  });
});

const MIB = 2 ** 20;
const long = (piece: string) => piece.repeat(Math.ceil(MIB / piece.length)).slice(0, MIB);

describe('S61 checking a text of 1 MiB takes a time proportional to its length', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['one letter', long('a')],
    ['one separator', long(' ')],
    ['dots', long('.')],
    ['ellipses', long('Cana...')],
    ['x', long('x')],
    ['masks that do not end', long('[redacted ')],
    ['the beginning of the secret', long(KEY.slice(0, 11))],
    ['percent signs', long('%')],
    ['percent-encoding', long('%25')],
    ['percent-encoding of no text', long('%ff')],
    ['backslashes', long('\\')],
    ['entities that do not end', long('&#x')],
    ['accents in no order', long('\u0301\u0316')],
    ['letters of other scripts', long('漢字かな')],
    ['letters that become many', long('\ufdfa')],
  ];
  it.each(texts)('for a text of %s', (_, text) => {
    expect(matcher.repeats(text)).toBe(false);
    expect(matcher.repeats(text + KEY)).toBe(true);
  });

  it('because each character is checked once', () => {
    for (const [name, text] of texts) {
      const part = text.slice(0, 30_000);
      const count = (folded: string) => {
        let letters = 0;
        fold(folded, () => {
          letters += 1;
        });
        return letters;
      };
      expect(count(part + part), name).toBe(2 * count(part));
    }
  });
});
