import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/core/duration';
import { ERROR_CODES, exitCodeOf, meaningOf } from '../../src/core/error-codes';
import { CliError, toCliError } from '../../src/core/errors';
import { isoTime } from '../../src/core/iso-time';
import { nearest } from '../../src/core/nearest';
import { isLoopbackHost, parseApiServer } from '../../src/core/origin';
import { secret } from '../../src/core/secret';
import { isToken } from '../../src/core/token';
import { containsText, isComparable, transcriptText } from '../../src/core/transcript';
import { anyUrl, fc } from '../support/properties';

describe('a secret', () => {
  const hidden = secret('CANARY');

  it.each([
    ['String', () => String(hidden)],
    ['a template', () => `${hidden}`],
    ['concatenation', () => `x${hidden}`.slice(1)],
    ['JSON', () => JSON.parse(JSON.stringify(hidden))],
    ['inspect', () => inspect(hidden)],
    [
      'inspect with everything',
      () => inspect(hidden, { showHidden: true, depth: 9, customInspect: true }),
    ],
    ['an error', () => new Error(`${hidden}`).message],
  ])('S21 is redacted by %s', (_, show) => {
    expect(show()).toBe('**redacted**');
  });

  it('S21 is redacted inside another value, and no listed member contains it', () => {
    expect(JSON.stringify({ hidden })).toBe('{"hidden":"**redacted**"}');
    expect(inspect({ hidden })).not.toContain('CANARY');
    expect(inspect(hidden, { customInspect: false, showHidden: true })).not.toContain('CANARY');
    expect(Object.values(hidden).map(String).join()).not.toContain('CANARY');
    expect(hidden.reveal()).toBe('CANARY');
  });
});

describe('errors', () => {
  it('have a documented exit code and a meaning', () => {
    for (const code of ERROR_CODES) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 126, 127, 130, 143]).toContain(exitCodeOf(code));
      expect(meaningOf(code)).not.toBe('');
    }
  });

  it('S22 show no text of an unknown exception', () => {
    const error = toCliError(new TypeError('Headers.append: "CANARY" is an invalid header value'));
    expect(error.code).toBe('internal_error');
    expect(exitCodeOf(error.code)).toBe(1);
    expect(`${error.message}${error.hint}`).not.toContain('CANARY');
    const own = new CliError('no_key', 'x');
    expect(toCliError(own)).toBe(own);
  });
});

describe('durations', () => {
  it.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['250ms', 250],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['24h', 86_400_000],
    ['0', 0],
    ['25h', null],
    ['1.5', null],
    ['-1', null],
    ['', null],
    [' 1', null],
    ['1e3', null],
    ['0x10', null],
    ['1 s', null],
    ['1d', null],
    ['9999999999', null],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('are whole milliseconds or null, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDuration(text);
        expect(ms === null || (Number.isInteger(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});

describe('times in JSON', () => {
  it('are formatted like toISOString', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0000-01-01T00:00:00.000Z'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(isoTime(date.getTime())).toBe(date.toISOString());
        },
      ),
    );
  });
});

describe('API servers', () => {
  it.each([
    ['http://localhost:8787', 'http://localhost:8787'],
    ['http://127.0.0.1:8787/', 'http://127.0.0.1:8787'],
    ['http://[::1]:8787', 'http://[::1]:8787'],
    ['https://API.VocalStack.com', 'https://api.vocalstack.com'],
    ['https://example.com:8443', 'https://example.com:8443'],
  ])('S33 %s is normalised to %s', (text, origin) => {
    expect(parseApiServer(text, 'x')).toBe(origin);
  });

  it('S33 use plain http only if the host is loopback, for any text', () => {
    fc.assert(
      fc.property(anyUrl({ schemes: ['http', 'https', 'ws', 'ftp'] }), (text) => {
        try {
          const url = new URL(parseApiServer(text, 'x'));
          expect(url.protocol === 'https:' || isLoopbackHost(url.hostname)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
          expect((error as CliError).message).not.toContain(text);
        }
      }),
    );
  });
});

describe('tokens', () => {
  it('S31 are 1 to 4096 visible ASCII characters', () => {
    expect(isToken('!~')).toBe(true);
    expect(isToken('x'.repeat(4096))).toBe(true);
    for (const text of ['', ' ', 'a b', 'a\n', 'é', '\u007f', 'x'.repeat(4097)]) {
      expect(isToken(text)).toBe(false);
    }
  });
});

describe('transcripts', () => {
  it('are the joined texts of their segments', () => {
    const segment = (text: string) => ({ start: 0, end: 1, text });
    expect(transcriptText([segment(' And so '), segment(''), segment('ask not.')])).toBe(
      'And so ask not.',
    );
  });

  it.each([
    ['Ask not, what your COUNTRY…', 'ask not what your country', true],
    ['Straße über', 'STRASSE', false],
    ['Ｆｕｌｌ　ｗｉｄｔｈ', 'full width', true],
    ['naïve café', 'NAÏVE CAFÉ', true],
    ['one two', 'two one', false],
  ])('%j is searched for %j: %s', (text, expected, result) => {
    expect(containsText(text, expected)).toBe(result);
  });

  it('can be compared only with a text that has letters or digits', () => {
    expect(isComparable('...')).toBe(false);
    expect(isComparable('é')).toBe(true);
  });
});

describe('the most similar word', () => {
  const known = ['--access', '--lifetime', '--json'];
  it.each([
    ['--acess', '--access'],
    ['--lifetme', '--lifetime'],
    ['--jsno', '--json'],
    ['--completely-else', null],
    ['', null],
    ['x'.repeat(5000), null],
  ])('for %.20j is %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });
});
