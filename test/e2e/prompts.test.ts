import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { configDirWith, storedIn } from '../support/stored';
import { type Answer, runPrompted } from './support/prompt';
import { envFor } from './support/run-binary';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('vstoken mint --interactive in a real terminal', needs('script'), () => {
  it.each([40, 80])('prompts, accepts typed answers, and mints, at %i columns', async (columns) => {
    const before = sandbox.stats().mints;
    const { code, screen } = await runPrompted(
      ['mint', '-i'],
      [
        [/Access/, `${DOWN}${ENTER}`],
        [/Lifetime/, `0${ENTER}`],
        [/must be\s+whole\s+seconds/, `\b\b\b\b\b45s${ENTER}`],
        [/One-time/, `n${ENTER}`],
      ],
      envFor(sandbox),
      columns,
    );
    expect(code).toBe(0);
    const words = stripVTControlCharacters(screen).replace(/\s+/g, ' ');
    expect(words).toContain('vstoken mint --access readwrite --lifetime 45s --no-one-time');
    expect(sandbox.stats().mints).toBe(before + 1);
  });

  it('exits with 130 at Ctrl-C, without a stack trace, and mints nothing', async () => {
    const before = sandbox.stats().mints;
    const { code, screen } = await runPrompted(
      ['mint', '-i'],
      [[/Access/, CTRL_C]],
      envFor(sandbox),
    );
    expect(code).toBe(130);
    expect(screen).not.toMatch(/ {4}at |ExitPromptError/);
    expect(screen).toContain('interrupted');
    expect(sandbox.stats().mints).toBe(before);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('S49 restores the terminal after a %s from another process', async (signal, exit) => {
    const { code, screen } = await runPrompted(
      ['mint', '-i'],
      [[/Access/, { signal }]],
      envFor(sandbox),
    );
    expect(code).toBe(exit);
    const hidden = screen.lastIndexOf('\u001b[?25l');
    expect(hidden).toBeGreaterThan(-1);
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(hidden);
  });
});

describe('vstoken login in a real terminal', needs('script'), () => {
  const CTRL_T = '\u0014';
  const environment = (settings: object = { store: 'plaintext' }) => {
    const configDir = configDirWith({ url: 'http://127.0.0.1:9', apiKey: 'old-key' }, ['old'], {
      ...settings,
    });
    return {
      configDir,
      env: { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_CONFIG_DIR: configDir },
    };
  };
  const LINE = ['login', '--profile', 'new'];
  /** Returns the bytes that a terminal sends when a text is pasted: the text between two marks (bracketed paste). */
  const pasted = (text: string) => `\u001b[200~${text}\u001b[201~`;

  it.each([40, 80])(
    'S24 S29 accepts a typed key without showing it, at %i columns',
    async (columns) => {
      const { configDir, env } = environment();
      const key = sandbox.apiKey;
      const typed = `${key.slice(0, 5)}${CTRL_T}${key.slice(5)}${ENTER}`;
      const { code, screen } = await runPrompted(LINE, [[/API key/, typed]], env, columns);
      expect({ code, screen }).toEqual({ code: 0, screen: expect.stringContaining('Logged in') });
      for (let at = 0; at + 4 <= key.length; at += 1) {
        const piece = key.slice(at, at + 4);
        // The sandbox's keys begin with `sandbox-`. Parts of this word are not checked, because the screen shows the word anyway.
        if (!'sandbox-'.includes(piece)) expect(screen).not.toContain(piece);
      }
      expect(storedIn(configDir).profiles.new.key).toBe(key);
    },
  );

  it('accepts a pasted key, and removes the text around it', async () => {
    const { configDir, env } = environment();
    const answers: Answer[] = [[/API key/, `${pasted(`  "Bearer ${sandbox.apiKey}" `)}${ENTER}`]];
    const { code } = await runPrompted(LINE, answers, env);
    expect(code).toBe(0);
    expect(storedIn(configDir).profiles.new.key).toBe(sandbox.apiKey);
  });

  it('asks again for a text that cannot be a key', async () => {
    const { configDir, env } = environment();
    const answers: Answer[] = [
      [/API key/, `two words${ENTER}`],
      [/does not contain/, `${'\b'.repeat(9)}${sandbox.apiKey}${ENTER}`],
    ];
    const { code } = await runPrompted(LINE, answers, env);
    expect(code).toBe(0);
    expect(storedIn(configDir).profiles.new.key).toBe(sandbox.apiKey);
  });

  it('encrypts with a passphrase that is typed twice, and decrypts with it', async () => {
    const { configDir, env } = environment({ store: 'passphrase' });
    const phrase = 'correct horse battery';
    const { code, screen } = await runPrompted(
      LINE,
      [
        [/API key/, `${sandbox.apiKey}${ENTER}`],
        [/New passphrase/, `short${ENTER}`],
        [/must have at least/, `${'\b'.repeat(5)}${phrase}${ENTER}`],
        [/Repeat the passphrase/, `other${ENTER}`],
        [/do not match/, `${'\b'.repeat(5)}${phrase}${ENTER}`],
      ],
      env,
    );
    expect({ code, screen }).toEqual({
      code: 0,
      screen: expect.stringContaining('Key stored, encrypted with your passphrase'),
    });
    expect(screen).not.toContain('horse');
    expect(storedIn(configDir).profiles.new).toMatchObject({ store: 'passphrase' });
    const minted = await runPrompted(
      ['mint', '--profile', 'new'],
      [[/Passphrase/, `${phrase}${ENTER}`]],
      env,
    );
    expect(minted.code).toBe(0);
  });

  it('offers the available stores if there is no keychain', async () => {
    const { configDir, env } = environment({});
    const { code, screen } = await runPrompted(
      LINE,
      [
        [/Where to store the key/, `${DOWN}${ENTER}`],
        [/API key/, `${sandbox.apiKey}${ENTER}`],
      ],
      env,
    );
    expect({ code, screen }).toEqual({ code: 0, screen: expect.stringContaining('plain text') });
    expect(storedIn(configDir).profiles.new.store).toBe('plaintext');
  });

  it.each([
    ['Ctrl-C', CTRL_C, 130],
    ['a signal', { signal: 'SIGTERM' } as const, 143],
  ])('stores nothing at %s, and restores the terminal', async (_how, keys, exit) => {
    const { configDir, env } = environment();
    const before = storedIn(configDir);
    const { code, screen } = await runPrompted(LINE, [[/API key/, keys]], env);
    expect(code).toBe(exit);
    expect(screen).not.toMatch(/ {4}at /);
    expect(storedIn(configDir)).toEqual(before);
  });

  it('rejects --with-key if standard input is a terminal', async () => {
    const { env } = environment();
    const { code, screen } = await runPrompted([...LINE, '--with-key'], [], env);
    expect(code).toBe(2);
    expect(screen.replace(/\s+/g, ' ')).toContain('vstoken login --with-key <');
  });
});
