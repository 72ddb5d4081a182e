import { describe, expect, it } from 'vitest';
import { redactShapes } from '../../src/core/redact-shapes';

const redacted = (text: string, env = {}) => redactShapes(text, env);

describe('an error text of another program', () => {
  it.each([
    '[ERROR] 2026/11/30 14:12:12 "dev" isn\'t a vault in this account',
    'gpg: decryption failed: No secret key, see /home/me/.password-store/vocalstack/key.gpg',
    'could not read op://dev/vocalstack/key: connection refused (https://vault.example.com:8200/v1/sys)',
    'An error occurred (UnrecognizedClientException) when calling the operation',
  ])('stays unchanged: %s', (text) => {
    expect(redacted(text)).toBe(text);
  });

  it.each([
    ['got ZebraKey5d2Q8xB41zVw5end instead', 'got (redacted) instead'],
    ['"ZebraKey5d2Q8xB41zVw5end"', '(redacted)'],
    ['key=hunter2-hunter', '(redacted)'],
    ['password: hunter2', 'password: (redacted)'],
    ['api_key="abc"', 'api_key="(redacted)"'],
    ['Authorization: Bearer abc', 'Authorization: Bearer (redacted)'],
    ['https://me:pw@vault.example.com/v1', 'https://(redacted)@vault.example.com/v1'],
    ['https://example.com/ZebraKey5d2Q8xB41zVw5end/x', 'https://example.com/(redacted)/x'],
    [`${'abcdefgh'.repeat(5)}`, '(redacted)'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl', '(redacted)'],
  ])('has words with the shape of a secret redacted: %s', (text, shown) => {
    expect(redacted(text)).toBe(shown);
  });

  it('has the values of variables redacted whose names are those of secrets', () => {
    const env = {
      VAULT_TOKEN: 'correct horse',
      OP_SESSION_me: 'battery staple',
      PATH: 'and a path',
    };
    const text = 'sent "correct horse", then "battery staple", and a path';
    expect(redacted(text, env)).toBe('sent "(redacted)", then "(redacted)", and a path');
  });
});
