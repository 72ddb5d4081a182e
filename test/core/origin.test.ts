import { isIPv4 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { isWebOrigin, parseApiServer } from '../../src/core/origin';
import { anyUrl, fc } from '../support/properties';
import { run } from '../support/run';

/** Texts from which the test builds addresses. Some of these texts mean this machine. Others only look as if they did. */
const PARTS = [
  'localhost',
  'LOCALHOST',
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '2130706433',
  '0177.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '0.0.0.0',
  '[::]',
  '10.0.0.1',
  'evil.example',
  'nip.io',
  '①②⑦.0.0.1',
  '.',
  '。',
  '@',
  ':',
  '/',
  '\\',
  '?',
  '#',
  '%2e',
  '%00',
  '\t',
  ' ',
  '80',
  '443',
  '8787',
  'user',
];
const address = fc
  .tuple(
    fc.constantFrom(
      'http://',
      'https://',
      'http:',
      'HTTP://',
      'http:/\\',
      'ws://',
      '',
      '//',
      'file:///',
    ),
    fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 }),
  )
  .map(([scheme, parts]) => scheme + parts.join(''));

/** Whether a hostname always means this machine, without asking DNS. Uses no code of `src`. */
const isThisMachine = (hostname: string) =>
  hostname === 'localhost' ||
  hostname === '[::1]' ||
  (isIPv4(hostname) && hostname.startsWith('127.'));

describe('S79 a host name that hints repeat', () => {
  it.each(['a;id', 'a&id', "a'id'", '$(id)', 'a`id`', '{a,b}', 'a*', 'a"b', '!a'])(
    'cannot contain shell characters, such as in %s',
    async (host) => {
      const line = ['mint', '--json', '--api-server', `https://${host}.example`];
      expect((await run(line)).error()).toMatchObject({ code: 'invalid_server', exit: 2 });
      const env = { VOCALSTACK_API_KEY: 'a-key', HTTPS_PROXY: `http://${host}.example:3128` };
      const { error } = await run('mint --json', { env });
      expect(error()).toMatchObject({ code: 'proxy_invalid', exit: 3 });
      expect(JSON.stringify(error())).not.toContain(host);
    },
  );
});

describe('S33 an address', () => {
  it('is allowed for an API server with plain http only on this machine, in any spelling', () => {
    let accepted = 0;
    fc.assert(
      fc.property(address, (text) => {
        let origin: string;
        try {
          origin = parseApiServer(text, '--api-server');
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
          expect((error as CliError).message).not.toContain('evil.example');
          return;
        }
        accepted += 1;
        const { protocol, hostname } = new URL(origin);
        expect(protocol === 'https:' || isThisMachine(hostname)).toBe(true);
        // The result is only an origin, and parsing the result again returns the same origin.
        expect(new URL(origin).origin).toBe(origin);
        expect(parseApiServer(origin, '--api-server')).toBe(origin);
        expect(text).not.toContain('@');
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it('is accepted as the origin of a page only in the form that browsers send', () => {
    fc.assert(
      fc.property(fc.oneof(address, anyUrl()), (text) => {
        if (!isWebOrigin(text)) return;
        expect(new URL(text).origin).toBe(text);
        expect(isWebOrigin(`${text}/`)).toBe(false);
        expect(isWebOrigin(text.toUpperCase())).toBe(false);
      }),
    );
  });
});
