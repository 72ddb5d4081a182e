import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { secret } from '../../src/core/secret';
import { createSecretRegister, loadWithhold } from '../../src/core/secret-register';
import { WITHHELD, withholdDeep } from '../../src/core/withhold';

const tokenOf = (number: number) => createHash('sha1').update(String(number)).digest('hex');

describe('S61 the secrets of a run', () => {
  it('include a secret that was registered after the check was loaded', async () => {
    const secrets = createSecretRegister({});
    const withhold = await secrets.load();
    expect(withhold('the key of this test')).toBe('the key of this test');
    secrets.add(secret('the key of this test'));
    expect(withhold('the key of this test')).toBe(WITHHELD);
  });

  it('include the key and only the latest tokens', async () => {
    const secrets = createSecretRegister({});
    const withhold = await secrets.load();
    secrets.add(secret('the-key-of-this-test'));
    for (let number = 0; number < 1000; number += 1) {
      secrets.addToken(secret(tokenOf(number)));
      if (number % 100 === 0) expect(withhold(tokenOf(number))).toBe(WITHHELD);
    }
    expect(withhold(tokenOf(0))).toBe(tokenOf(0));
    for (const known of [tokenOf(999), tokenOf(700), 'the-key-of-this-test']) {
      expect(withhold(`no ${known}.`)).toBe(WITHHELD);
    }
  });

  it('include the user, the password and the longer query values of a URL', async () => {
    const secrets = createSecretRegister({});
    secrets.addUrl(
      'https://a-user-of-it:pass%2Fword%20of%20it@example.com/?a=fifteen-chars-a&b=16-characters-in',
    );
    const withhold = await secrets.load();
    for (const known of ['a-user-of-it', 'pass/word of it', '16-characters-in']) {
      expect(withhold(known)).toBe(WITHHELD);
    }
    expect(withhold('fifteen-chars-a')).toBe('fifteen-chars-a');
  });

  it("include a part of a URL's query without a name", async () => {
    const secrets = createSecretRegister({});
    secrets.addUrl('https://example.com/a.wav?signature-without-a-name&more=1');
    expect((await secrets.load())('no signature-without-a-name here')).toBe(WITHHELD);
  });

  it.each([
    ['http_proxy', 'http://someone:pass%2Fword-of-it@127.0.0.1:9', 'pass/word-of-it'],
    ['ALL_PROXY', 'someone:password-of-it@127.0.0.1:9', 'password-of-it'],
    ['https_proxy', 'https://someone:pass/word#of-it@127.0.0.1:9', 'pass/word#of-it'],
    ['https_proxy', 'https://some:one:two@127.0.0.1:9', btoa('some:one:two')],
  ])('include the password in a proxy variable: %s=%s', async (name, text, known) => {
    const secrets = createSecretRegister({ [name]: text });
    expect(secrets.isEmpty).toBe(false);
    expect((await loadWithhold(secrets))(`Basic ${known}`)).toBe(WITHHELD);
  });

  it('do not include a secret that was not sent', async () => {
    const secrets = createSecretRegister({ VOCALSTACK_API_KEY: 'the-key-of-this-test' });
    secrets.add(secret('short'));
    expect(secrets.isEmpty).toBe(true);
    expect((await loadWithhold(secrets))('the-key-of-this-test')).toBe('the-key-of-this-test');
  });

  it('are searched in all texts of a value, and in the joined texts of a list', async () => {
    const secrets = createSecretRegister({});
    secrets.add(secret('the-key-of-this-test'));
    const withhold = await secrets.load();
    const value = {
      a: 1,
      b: null,
      c: ['the-key', 'of-this', 7],
      d: [{ e: 'the-key-of-this-test' }],
    };
    expect(withholdDeep(value, withhold)).toEqual({
      ...{ a: 1, b: null, c: [WITHHELD, WITHHELD, 7] },
      d: [{ e: WITHHELD }],
    });
  });
});
