import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InspectDocument } from '../../src/commands/inspect/document';
import { CAUSE_TEXTS } from '../../src/commands/inspect/reply-texts';
import { startSandbox } from '../../src/sandbox/index';
import { fakeClock } from '../../src/system/clock';
import { KNOWN_KEY, PASTED } from '../support/pasted';
import { envFor, type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

const replyTo = async (stdin: string, line = '', more: RunOptions = {}) =>
  run(`inspect --reply ${line}`, { stdin, ...more });

const textOf = (name: string) => PASTED.find((one) => one.name === name)?.text ?? '';

/**
 * Codes of causes for which the text of `inspect --reply` has no paragraph, because the client needs no change. These causes are
 * only about the text that was pasted together with a token, such as the rest of a header.
 */
const AROUND = ['header', 'bearer_prefix', 'json', 'assignment', 'curl_line', 'quoted_printable'];

describe('vstoken inspect --reply', () => {
  const WORD = 'Zq8wAbCdEfGh1234567890JkLmNoPq';

  it.each(['authToken', 'token'])(
    'says how to take the token out of JSON for a header: %s',
    async (name) => {
      const value = `Bearer {"expires_in":10,"${name}":"${WORD}"}`;
      const { out } = await replyTo(`curl -H 'Authorization: ${value}' https://a.example/b`);
      expect(out).toContain('Read the token from it');
      const logged = await replyTo(
        `{"headers":{"authorization":"${value.replaceAll('"', '\\"')}"}}`,
      );
      expect(logged.out).toContain('Read the token from it');
    },
  );

  it.each(['Token', 'JWT', 'OAuth', 'Basic', 'ApiKey'])(
    'says that the scheme must be Bearer instead of %s',
    async (scheme) => {
      const { out } = await replyTo(`curl -H "Authorization: ${scheme} ${WORD}" https://a.example`);
      expect(out).toContain('It must be "Bearer"');
      expect(out).not.toContain('has the token alone');
    },
  );

  it('names the wrong scheme before the longer text, for a token that was minted here', async () => {
    const sandbox = await startSandbox();
    const configDir = newConfigDir();
    const env = { ...envFor(sandbox), CI: '' };
    const { out: minted } = await run('mint', { env, configDir });
    for (const scheme of ['Token', 'Basic']) {
      const stdin = `GET /a HTTP/1.1\nAuthorization: ${scheme} ${minted.trim()}\nAccept: */*\n`;
      const { out } = await run('inspect --json', { stdin, env, configDir });
      const { causes, findings }: InspectDocument = JSON.parse(out);
      expect(causes.map(({ code }) => code)).toEqual(['other_scheme']);
      expect(findings.map(({ code }) => code)).toEqual(['other_scheme', 'longer_text']);
    }
    await sandbox.close();
  });

  it.each([
    ['curl-without-bearer', '    curl -H "Authorization: Bearer $TOKEN" ...'],
    ['fetch-without-bearer', '    headers: { Authorization: `Bearer $'.concat('{token}` }')],
    ['requests-without-bearer', '    headers = {"Authorization": f"Bearer {token}"}'],
    ['powershell-without-bearer', '    -Headers @{ Authorization = "Bearer $token" }'],
    [
      'swift-without-bearer',
      '    request.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization")',
    ],
    ['csharp-without-bearer', 'new AuthenticationHeaderValue("Bearer", token);'],
    ['ruby-without-bearer', '    request["Authorization"] = "Bearer #{token}"'],
    ['header-without-bearer', '    Authorization: Bearer TOKEN'],
  ])('shows the correct header in the language of the user: %s', async (name, header) => {
    const { code, out, err } = await replyTo(textOf(name));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Hello,\n\nThe word "Bearer" and a space are missing/);
    expect(out).toContain(header);
    expect(out).not.toContain('Fingerprint');
  });

  it.each(PASTED)(
    'S19 says what to change, and does not show the token: $name',
    async ({ text, taken, key, causes }) => {
      const env = { VOCALSTACK_API_KEY: KNOWN_KEY };
      const { out } = await replyTo(text, '', { env });
      const { json } = await replyTo(text, '--json', { env });
      expect(out).toMatch(/^Hello,\n\n[\s\S]{100,}\n$/);
      expect(json<InspectDocument>().reply).toBe(out.trimEnd());
      const words = [taken, key, ...(text.match(/[\w.~+/-]{20,}/g) ?? [])];
      for (const word of words) {
        if (word === null || !/\d/.test(word)) continue;
        for (let at = 0; at + 8 <= word.length; at += 1) {
          expect(out).not.toContain(word.slice(at, at + 8));
        }
      }
      for (const code of causes) {
        expect(AROUND.includes(code) || Object.hasOwn(CAUSE_TEXTS, code)).toBe(true);
      }
    },
  );

  it('is documented in docs/inspect.md', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/inspect.md'), 'utf8');
    const [, given = '', shown] =
      /^vstoken inspect --reply << 'END'\n([\s\S]*?)^END\n```\n\n```text\n([\s\S]*?)^```$/m.exec(
        page,
      ) ?? [];
    expect((await replyTo(given)).out).toBe(shown);
  });

  it('numbers several causes', async () => {
    const { out } = await replyTo('Authorization: Bearer: undefined');
    expect(out).toMatch(
      /several causes:\n\n1\. There is a colon[\s\S]*\n\n2\. Your request has no token/,
    );
  });

  it.each([
    ['Bearer vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M', 'We found no problem'],
    ['{"authToken":"vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M"}', 'Read the token from it'],
    [
      'VOCALSTACK_API_KEY=sk-0123456789abcdefghij',
      'replace the key in your VocalStack account now',
    ],
    ['commit 3f786850e387550fdab836ed7e6dc881de23001b', 'could not see which word'],
    ['Hi,\nit fails.\n', 'found no auth token in your text'],
    ['***', 'Your text hides the token, as logs do'],
  ])('has an answer for %j', async (text, words) => {
    expect((await replyTo(text)).out).toContain(words);
  });

  it('says how long ago a token expired, and suggests no change for a valid token', async () => {
    const clock = fakeClock();
    const sandbox = await startSandbox({ clock });
    const options = { env: envFor(sandbox), clock, configDir: newConfigDir() };
    const { out: token } = await run('mint --no-one-time --access readwrite', options);
    const valid = await replyTo(token, '--probe', options);
    expect(valid.out).toContain('The service accepts the token, and we found no problem');
    await clock.advance(41_000);
    const expired = await replyTo(token, '', options);
    expect(expired.out).toContain(
      'Its lifetime was 10 s, and it expired 31 s before we checked it.',
    );
    const refused = await replyTo(token, '--probe', options);
    expect({ code: refused.code, out: refused.out }).toEqual({ code: 4, out: expired.out });
    await sandbox.close();
  });

  it('keeps its line breaks in a narrow terminal, and the example in one line', async () => {
    const { out } = await replyTo(textOf('swift-without-bearer'), '', {
      terminal: 'all',
      columns: 40,
    });
    const [example, ...others] = out.split('\n').filter((line) => line.length > 40);
    expect(example).toContain('request.setValue("Bearer');
    expect(others).toEqual([]);
  });

  it('is needed for a reply in the document', async () => {
    const { json } = await run('inspect --json', { stdin: 'a-token' });
    expect(json<InspectDocument>().reply).toBeNull();
  });
});
