import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { secret } from '../../src/core/secret';
import { createSecretRegister } from '../../src/core/secret-register';
import { createSdkOutput } from '../../src/sdk/output';
import { createSdkRequests } from '../../src/sdk/requests';
import { fakeClock } from '../../src/system/clock';
import { formsOf } from '../e2e/support/encodings';

const SERVER = 'https://api.example.com';

function watching() {
  const clock = fakeClock();
  const lines: string[] = [];
  let silences = 0;
  const requests = createSdkRequests(
    { clock, apiServer: SERVER, trace: (line) => lines.push(line) },
    (text) => text,
    () => {
      silences += 1;
    },
  );
  const tell = (event: string, number: number, more = {}) =>
    requests.take({ event, number, method: 'GET', origin: SERVER, path: '/a', ...more });
  return { clock, requests, lines, tell, silences: () => silences };
}

describe('the requests of the SDK', () => {
  it('are shown with their results, and with the origin if it is another server', async () => {
    const { clock, lines, tell } = watching();
    tell('sent', 1);
    await clock.advance(12);
    tell('answered', 1, { status: 200, headers: {} });
    tell('sent', 2, { origin: 'https://elsewhere.example' });
    tell('failed', 2, { origin: 'https://elsewhere.example', code: 'ECONNREFUSED' });
    expect(lines).toEqual([
      'SDK: GET /a -> 200 in 12 ms',
      'SDK: GET https://elsewhere.example/a -> no answer in 0 ms',
    ]);
  });

  it.each([
    ['answered', { status: 401, headers: {} }],
    ['answered', { status: 503, headers: {} }],
    ['failed', { code: 'ECONNREFUSED' }],
  ])('end the run two seconds after %s %j if the SDK reports nothing', async (event, more) => {
    const { clock, tell, silences } = watching();
    tell('sent', 1);
    tell(event, 1, more);
    await clock.advance(1999);
    expect(silences()).toBe(0);
    await clock.advance(1);
    expect(silences()).toBe(1);
  });

  it('end the run only if no other request is pending', async () => {
    const { clock, tell, silences } = watching();
    tell('sent', 1);
    tell('sent', 2);
    tell('answered', 1, { status: 401 });
    await clock.advance(60_000);
    expect(silences()).toBe(0);
    tell('answered', 2, { status: 500 });
    await clock.advance(1000);
    tell('sent', 3);
    await clock.advance(60_000);
    expect(silences()).toBe(0);
  });

  it.each([
    ['a success', { status: 200 }],
    ['an upgrade', { status: 101 }],
    ['an answer of another server', { status: 401, origin: 'https://elsewhere.example' }],
  ])('do not count as refused after %s', async (_, more) => {
    const { clock, tell, silences, requests } = watching();
    tell('sent', 1);
    tell('answered', 1, more);
    await clock.advance(60_000);
    expect(silences()).toBe(0);
    expect(requests.refusal()?.status ?? 200).toBe(200);
  });

  it('are forgotten after the step to which they belong', async () => {
    const { clock, tell, silences, requests } = watching();
    tell('sent', 1);
    tell('answered', 1, { status: 401, headers: { 'x-api-version': '1.1.0', odd: 7 } });
    expect(requests.refusal()).toMatchObject({
      status: 401,
      headers: { 'x-api-version': '1.1.0' },
    });
    expect(requests.refusal()?.headers).not.toHaveProperty('odd');
    requests.forget();
    await clock.advance(60_000);
    expect({ refusal: requests.refusal(), silences: silences() }).toEqual({
      refusal: null,
      silences: 0,
    });
  });

  it.each([
    { event: 'answered', number: 7, status: 401 },
    { event: 'answered', number: 'x', status: 401 },
    { event: 'nonsense' },
    {},
  ])('are ignored if they are unknown (%j)', (message) => {
    const { lines, requests } = watching();
    requests.take(message);
    expect({ lines, refusal: requests.refusal() }).toEqual({ lines: [], refusal: null });
  });
});

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';

const escaped = (write: (code: number) => string) => [...Buffer.from(KEY)].map(write).join('');

describe('S19 the output of the SDK', () => {
  const shown: string[] = [];
  const output = async (...known: readonly string[]) => {
    shown.length = 0;
    const secrets = createSecretRegister({});
    for (const each of known) secrets.add(secret(each));
    return createSdkOutput(secrets, (line) => shown.push(line));
  };

  it.each([...formsOf(KEY)])('shows no secret in the form %s', async (_, form) => {
    const known = await output(KEY);
    known.take(`before ${form} after`);
    expect(shown.join()).not.toContain(form);
    expect(shown).toHaveLength(1);
  });

  it.each([
    ['a Buffer', `<Buffer ${[...Buffer.from(KEY)].map((byte) => byte.toString(16)).join(' ')}>`],
    ['bytes', [...Buffer.from(KEY)].join(', ')],
    ['half of the secret', KEY.slice(0, 16)],
    ['capitals', KEY.toUpperCase()],
    ['small letters', KEY.toLowerCase()],
    ['\\xNN', escaped((code) => `\\x${code.toString(16)}`)],
    ['\\uNNNN', escaped((code) => `\\u00${code.toString(16)}`)],
    ['&#xNN;', escaped((code) => `&#x${code.toString(16)};`)],
    ['&#NN;', escaped((code) => `&#${code};`)],
    ['\\NNN', escaped((code) => `\\${code.toString(8).padStart(3, '0')}`)],
    ['pieces', `'${KEY.slice(0, 5)}' '${KEY.slice(5)}'`],
  ])('withholds a line with a secret as %s', async (_, text) => {
    const known = await output(KEY);
    known.take(text);
    expect(shown).toEqual(['SDK prints: (withheld: it contains a secret)']);
  });

  it.each([
    ['one character in each line', [...KEY].join('\n')],
    ['a list of characters', inspect([...KEY])],
    ['lines that are shorter than the parts that are looked for', KEY.replace(/.{10}/g, '$&\n')],
  ])('withholds the rest of a secret as %s', async (_, text) => {
    const known = await output(KEY);
    for (const line of text.split('\n')) known.take(line);
    known.take('and more');
    const letters = shown.map((line) =>
      line.replace('SDK prints: ', '').replace(/[^a-z0-9]/gi, ''),
    );
    expect(letters.join('')).not.toContain(KEY.replace(/[^a-z0-9]/gi, '').slice(0, 12));
    expect(letters.filter((each) => each.startsWith('withheld')).length).toBeGreaterThan(0);
    expect(shown.at(-1)).toBe('SDK prints: and more');
  });

  it('is delayed while a token may be in it, and then withholds that token', async () => {
    const token = 'a-token-of-the-test';
    const known = await output();
    known.hold();
    known.take(`the token is ${token}`);
    expect(shown).toEqual([]);
    known.release(secret(token));
    known.take(`again ${token}`);
    expect(shown).toEqual([
      'SDK prints: (withheld: it contains a secret)',
      'SDK prints: (withheld: it contains a secret)',
    ]);
  });

  it('shows no long word if an unknown token may be in it', async () => {
    const known = await output();
    known.hold();
    known.take('got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0 of it');
    known.release(null);
    expect(shown).toEqual(['SDK prints: got **redacted**.**redacted** of it']);
  });

  it('keeps at most a thousand lines, and says so', async () => {
    const known = await output();
    known.hold();
    for (let line = 0; line < 5000; line += 1) known.take(`line ${line}`);
    known.release(secret('a-token-of-the-test'));
    expect(shown).toHaveLength(1001);
    expect(shown.at(-1)).toBe('SDK prints: (more output, not shown)');
  });
});
