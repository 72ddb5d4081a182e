import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import { namesProxy, PROXY_VARIABLES } from '../../src/core/proxy-variables';
import { isExempt } from '../../src/network/no-proxy';
import { proxyFor } from '../../src/network/proxy';
import { anyText, fc } from '../support/properties';

type Env = Readonly<Record<string, string>>;

const API = 'https://api.vocalstack.com';
const SECRET = 'Planted5ecret';

function chosen(url: string, env: Env): string | null {
  const proxy = proxyFor(new URL(url), env);
  return proxy && `${proxy.variable} ${proxy.url.protocol}//${proxy.host}`;
}

function failure(url: string, env: Env): CliError {
  try {
    proxyFor(new URL(url), env);
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  throw new Error('it did not fail');
}

describe('S38 the proxy for a URL', () => {
  const all: Env = {
    https_proxy: 'http://a:1',
    HTTPS_PROXY: 'http://b:2',
    http_proxy: 'http://127.0.0.1:3',
    HTTP_PROXY: 'http://127.0.0.1:4',
    all_proxy: 'http://e:5',
    ALL_PROXY: 'http://f:6',
  };
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));

  it.each([
    ['none', {}, null],
    ['lower case first', all, 'https_proxy http://a:1'],
    ['then upper case', without('https_proxy'), 'HTTPS_PROXY http://b:2'],
    [
      'then the variable for all schemes',
      without('https_proxy', 'HTTPS_PROXY'),
      'all_proxy http://e:5',
    ],
    ['ALL_PROXY last', without('https_proxy', 'HTTPS_PROXY', 'all_proxy'), 'ALL_PROXY http://f:6'],
    ['never the variable for http', { http_proxy: 'http://a:1', HTTP_PROXY: 'http://b:2' }, null],
    ['an empty one is unset', { https_proxy: '', HTTPS_PROXY: 'b:2' }, 'HTTPS_PROXY http://b:2'],
    ['http if no scheme is given', { HTTPS_PROXY: 'b:2' }, 'HTTPS_PROXY http://b:2'],
    ['the default port of http', { HTTPS_PROXY: 'b' }, 'HTTPS_PROXY http://b:80'],
    ['the default port of https', { HTTPS_PROXY: 'https://b/' }, 'HTTPS_PROXY https://b:443'],
    ['a URL in upper case', { HTTPS_PROXY: 'HTTP://B:2' }, 'HTTPS_PROXY http://b:2'],
    ['with spaces around', { HTTPS_PROXY: ' b:2 ' }, 'HTTPS_PROXY http://b:2'],
    ['an IPv6 address', { HTTPS_PROXY: 'http://[fd00::1]:8' }, 'HTTPS_PROXY http://[fd00::1]:8'],
    [
      'a SOCKS proxy that resolves names',
      { HTTPS_PROXY: 'socks5h://b' },
      'HTTPS_PROXY socks5h://b:1080',
    ],
    [
      'a SOCKS proxy that does not resolve names',
      { HTTPS_PROXY: 'SOCKS5://u:p@B:80/' },
      'HTTPS_PROXY socks5://b:80',
    ],
    [
      'a SOCKS proxy by its address',
      { HTTPS_PROXY: 'socks5://0x7f.1' },
      'HTTPS_PROXY socks5://127.0.0.1:1080',
    ],
    [
      'a SOCKS proxy by its IPv6 address',
      { HTTPS_PROXY: 'socks5h://[FD00::1]:9' },
      'HTTPS_PROXY socks5h://[fd00::1]:9',
    ],
    ['without the credentials', { HTTPS_PROXY: 'http://u:p@b:2' }, 'HTTPS_PROXY http://b:2'],
  ] as const)('is chosen correctly: %s', (_, env, expected) => {
    expect(chosen(API, env)).toBe(expected);
    expect(chosen(API.replace('https', 'wss'), env)).toBe(expected);
  });

  it('plain http is only for loopback and has its own variables', () => {
    const asked = { ...all, VOCALSTACK_PROXY_LOOPBACK: '1' };
    const url = 'http://127.0.0.1:8787';
    expect(chosen(url, asked)).toBe('http_proxy http://127.0.0.1:3');
    const upper = { ...asked, http_proxy: '' };
    expect(chosen(url, upper)).toBe('HTTP_PROXY http://127.0.0.1:4');
    // In a CGI program, a client can set HTTP_PROXY with a header named Proxy. So the variable must be ignored.
    const cgi = { ...upper, REQUEST_METHOD: 'GET', all_proxy: '', ALL_PROXY: '' };
    expect(chosen(url, cgi)).toBe(null);
  });

  it.each(['localhost', '127.0.0.1', '127.8.9.1', '[::1]'])(
    '%s uses a proxy only if that is requested',
    (host) => {
      const env = { ALL_PROXY: 'http://127.0.0.1:4' };
      for (const scheme of ['http', 'ws', 'https', 'wss']) {
        const url = `${scheme}://${host}:8787`;
        expect(chosen(url, env)).toBe(null);
        expect(chosen(url, { ...env, VOCALSTACK_PROXY_LOOPBACK: '0' })).toBe(null);
        const asked = { ...env, VOCALSTACK_PROXY_LOOPBACK: '1' };
        expect(chosen(url, asked)).toBe('ALL_PROXY http://127.0.0.1:4');
        expect(chosen(url, { ...asked, NO_PROXY: host })).toBe(null);
      }
    },
  );

  it('S33 plain http never goes through a proxy on another machine', () => {
    const env = { HTTP_PROXY: 'http://proxy.example:3128', VOCALSTACK_PROXY_LOOPBACK: '1' };
    expect(failure('http://127.0.0.1:8787', env)).toMatchObject({
      code: 'proxy_invalid',
      message: expect.stringContaining('HTTP_PROXY'),
    });
    // vstoken sends no secret over plain http to a server on another machine. The proxy of such a request can see no secret, so
    // the proxy may be on another machine too.
    expect(chosen('http://a.example', env)).toBe('HTTP_PROXY http://proxy.example:3128');
  });

  it('is only looked for if a proxy variable has a value', () => {
    expect(namesProxy({ NO_PROXY: '*', PATH: '/bin' })).toBe(false);
    for (const name of PROXY_VARIABLES) {
      expect(namesProxy({ [name]: '' })).toBe(false);
      expect(namesProxy({ [name]: 'a:1' })).toBe(true);
    }
  });
});

describe('S38 the credentials of a proxy', () => {
  it.each([
    ['http://b:2', null],
    ['http://@b:2', null],
    ['http://user@b:2', 'user:'],
    ['http://user:pass@b:2', 'user:pass'],
    ['user:pass@b:2', 'user:pass'],
    ['http://u%40corp:p%23%2F%25%3A@b:2', 'u@corp:p#/%:'],
    ['http://u:p@ss@b:2', 'u:p@ss'],
    ['http://%C3%BC:%E2%82%AC@b:2', 'ü:€'],
  ])('are read correctly: %s', (text, expected) => {
    const proxy = proxyFor(new URL(API), { HTTPS_PROXY: text });
    const { user, password } = proxy?.credentials ?? {};
    expect(user && password ? `${user.reveal()}:${password.reveal()}` : null).toBe(expected);
    expect(proxy?.url.href).toBe('http://b:2/');
  });

  it.each([
    ['socks5h://user@b:2', 'user', ''],
    ['socks5h://user:pass@b:2', 'user', 'pass'],
    ['socks5://u%3Ax:p%40%23%2F%25%3A@b:2', 'u:x', 'p@#/%:'],
    ['socks5://%C3%BC:%E2%82%AC@b:2', 'ü', '€'],
  ])('are read correctly for SOCKS: %s', (text, user, password) => {
    const { credentials, url } = proxyFor(new URL(API), { ALL_PROXY: text }) ?? {};
    expect(credentials?.user.reveal()).toBe(user);
    expect(credentials?.password.reveal()).toBe(password);
    expect(url?.href).toMatch(/^socks5h?:\/\/b:2$/);
  });

  it('S33 plain http never goes through a SOCKS proxy on another machine', () => {
    const url = 'http://127.0.0.1:8787';
    const env = { ALL_PROXY: 'socks5h://proxy.example', VOCALSTACK_PROXY_LOOPBACK: '1' };
    expect(failure(url, env)).toMatchObject({ code: 'proxy_invalid' });
    expect(chosen(url, { ...env, ALL_PROXY: 'socks5h://127.0.0.1' })).toContain('127.0.0.1:1080');
  });

  it('are never printed', () => {
    const env = { HTTPS_PROXY: `http://${SECRET}:${SECRET}@b:2` };
    const proxy = proxyFor(new URL(API), env);
    const shown = [JSON.stringify(proxy), inspect(proxy, { depth: 9, showHidden: true })];
    for (const text of shown) expect(text).not.toContain(SECRET);
  });

  it.each([
    `socks4://u:${SECRET}@b:2`,
    `socks4a://u:${SECRET}@b:2`,
    `socks6://u:${SECRET}@b:2`,
    `SOCKS://u:${SECRET}@b:2`,
    `socks5://:${SECRET}@b:2`,
    `socks5://u:${SECRET}#x@b:2`,
    `socks5h://u:${SECRET}/x@b:2`,
    `socks5h://u:${SECRET}%zz@b:2`,
    `socks5h://u:${SECRET}@b:0`,
    `socks5h://u:${SECRET}@b:99999`,
    `socks5h://u:${SECRET}@b:2/path`,
    `socks5h://u:${SECRET}@b;c:2`,
    `socks5h://u:${SECRET}@`,
    'socks5h://',
    `ftp://u:${SECRET}@b:2`,
    `http://u:${SECRET}#x@b:2`,
    `http://u:${SECRET}/x@b:2`,
    `http://u:${SECRET}?x@b:2`,
    `http://${SECRET}:12#x@b:2`,
    `http://${SECRET}:12/x@b:2`,
    `http://CORP\\u:${SECRET}@b:2`,
    `http://u:${SECRET}%zz@b:2`,
    `http://u:${SECRET}%@b:2`,
    `http://u:${SECRET}@`,
    `http://u:${SECRET}@b:99999`,
    `http://u:${SECRET}@b:0`,
    `http://u:${SECRET}@b:2/path`,
    `http://u:${SECRET}@b c:2`,
    `http://${SECRET} `.repeat(2),
    'http://',
    ' ',
  ])('are rejected without being quoted: %j', (text) => {
    const error = failure(API, { ALL_PROXY: text });
    expect(error.code).toBe('proxy_invalid');
    expect(exitCodeOf(error.code)).toBe(3);
    expect(error.message).toMatch(/^ALL_PROXY /);
    expect(error.cause).toBeUndefined();
    const shown = `${error.message}${error.hint}${inspect(error)}`.toLowerCase();
    expect(shown).not.toContain(SECRET.toLowerCase());
  });

  it('are not checked if the proxy is not needed', () => {
    const env = { ALL_PROXY: 'socks4://b:2' };
    expect(chosen('http://127.0.0.1:1', env)).toBe(null);
    expect(chosen(API, { ...env, HTTPS_PROXY: 'b:2' })).toBe('HTTPS_PROXY http://b:2');
    expect(chosen(API, { ...env, NO_PROXY: '*' })).toBe(null);
    expect(failure(API, env).message).toContain('SOCKS');
  });
});

describe('S38 NO_PROXY', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['*', ['https://a.example', 'https://10.1.2.3', 'https://[fd00::1]:8443'], []],
    ['b.example *', ['https://a.example'], []],
    ['*:8443', ['https://a.example:8443'], ['https://a.example']],
    ['a.example', ['https://a.example', 'https://x.a.example'], ['https://ba.example']],
    ['.a.example', ['https://a.example', 'https://x.y.a.example'], ['https://ba.example']],
    ['*.a.example', ['https://a.example', 'https://x.a.example'], ['https://ba.example']],
    ['A.Example.', ['https://a.example', 'https://a.example.'], ['https://a.example.org']],
    ['a.example:443', ['https://a.example', 'wss://a.example'], ['https://a.example:8443']],
    ['a.example:0443', ['https://a.example'], []],
    ['.a.example:8443', ['https://x.a.example:8443'], ['https://x.a.example']],
    ['a.example:', ['https://a.example'], ['https://b.example']],
    ['b.example,a.example', ['https://a.example', 'https://b.example'], ['https://c.example']],
    [' b.example ,, a.example ', ['https://a.example', 'https://b.example'], []],
    ['b.example a.example', ['https://a.example'], ['https://c.example']],
    ['bücher.example', ['https://xn--bcher-kva.example', 'https://bücher.example'], []],
    ['10.1.2.3', ['https://10.1.2.3'], ['https://10.1.2.30', 'https://110.1.2.3']],
    ['10.1.2.3:8443', ['https://10.1.2.3:8443'], ['https://10.1.2.3']],
    ['2.3', [], ['https://10.1.2.3']],
    ['.3', [], ['https://10.1.2.3']],
    ['10.0.0.0/8', ['https://10.1.2.3'], ['https://11.1.2.3', 'https://a.example']],
    ['10.1.2.0/23', ['https://10.1.3.9'], ['https://10.1.4.9']],
    ['0.0.0.0/0', ['https://10.1.2.3'], ['https://[fd00::1]', 'https://a.example']],
    ['10.0.0.0/33 10.0.0.0/x 10.0.0.0/ 10.0.0.0/-1', [], ['https://10.0.0.0']],
    ['fd00::1', ['https://[fd00::1]', 'https://[fd00:0:0::0:1]'], ['https://[fd00::2]']],
    ['[fd00::1]', ['https://[fd00::1]', 'https://[fd00::1]:8443'], ['https://[fd00::2]']],
    ['[fd00::1]:8443', ['https://[fd00::1]:8443'], ['https://[fd00::1]']],
    ['FD00:0::0001', ['https://[fd00::1]'], []],
    ['::1', ['https://[::1]:8443'], ['https://[::2]']],
    ['fd00::/16', ['https://[fd00:1::9]'], ['https://[fd01::9]', 'https://10.1.2.3']],
    ['', [], ['https://a.example']],
    ['. , .. , : , [] , / , @ , http://a.example , a.example/ , %zz', [], ['https://a.example']],
  ];
  it.each(cases)('is matched correctly: %j', (list, exempt, others) => {
    const exempted = (url: string) => isExempt(new URL(url), list);
    expect(exempt.filter((url) => !exempted(url))).toEqual([]);
    expect(others.filter(exempted)).toEqual([]);
  });

  it('prefers the lower-case variable, and ignores an empty one', () => {
    const env = { HTTPS_PROXY: 'b:2' };
    expect(chosen(API, { ...env, NO_PROXY: 'vocalstack.com' })).toBe(null);
    expect(chosen(API, { ...env, no_proxy: 'x', NO_PROXY: 'vocalstack.com' })).not.toBe(null);
    expect(chosen(API, { ...env, no_proxy: '', NO_PROXY: 'vocalstack.com' })).toBe(null);
  });

  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
  const domain = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
  const port = fc.integer({ min: 1, max: 65_535 });

  it('exempts a name and its subdomains in every form, and nothing else', () => {
    fc.assert(
      fc.property(
        domain,
        label,
        port,
        fc.constantFrom('', '.', '*.'),
        fc.constantFrom(',', ' ', ', '),
        fc.boolean(),
        (name, other, at, lead, comma, hasPort) => {
          const upper = hasPort ? name.toUpperCase() : name;
          const list = `x.invalid${comma}${lead}${upper}${hasPort ? `:${at}` : ''}${comma}`;
          const exempted = (host: string, its = at) =>
            isExempt(new URL(`https://${host}:${its}`), list);
          expect(exempted(name)).toBe(true);
          expect(exempted(`${other}.${name}`)).toBe(true);
          expect(exempted(`${other}${name}`)).toBe(false);
          expect(exempted(`${name}.${other}-`)).toBe(false);
          expect(exempted(name, (at % 65_535) + 1)).toBe(!hasPort);
        },
      ),
    );
  });

  it('exempts exactly the addresses of a range', () => {
    const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
    fc.assert(
      fc.property(number, fc.integer({ min: 0, max: 32 }), fc.nat(), (base, length, more) => {
        const size = 2 ** (32 - length);
        const near = (base - (base % size) + (more % (2 * size))) % 2 ** 32;
        const isInside = Math.floor(near / size) === Math.floor(base / size);
        const url = new URL(`https://${dotted(near)}`);
        expect(isExempt(url, `${dotted(base)}/${length}`)).toBe(isInside);
      }),
    );
  });

  it('never fails, whatever it contains', () => {
    fc.assert(
      fc.property(anyText(), (list) => {
        isExempt(new URL(API), list);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[\][:.*/0-9a-f, ]{0,20}$/), (list) => {
        isExempt(new URL('https://[fd00::1]:8'), list);
        isExempt(new URL('https://10.0.0.1'), list);
      }),
    );
  });
});
