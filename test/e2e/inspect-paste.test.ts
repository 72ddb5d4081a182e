import { describe, expect, it } from 'vitest';
import { needs } from '../support/needs';
import { newConfigDir } from '../support/stored';
import { type Answer, runPrompted } from './support/prompt';
import { openTerminal, programLine } from './support/pseudo-terminal';

const TOKEN = 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M';
const TEXT = `Hi,\r  curl -H "Authorization: ${TOKEN}" https://x/\rBye\r`;
const env = () => ({ VOCALSTACK_CONFIG_DIR: newConfigDir() });

function expectFound({ code, screen }: { code: number | null; screen: string }) {
  expect({ code, screen }).toEqual({
    code: 0,
    screen: expect.stringContaining('not recorded here'),
  });
  expect(screen).toMatch(/word\s+"Bearer"\s+is\s+missing\s+before\s+the\s+token/);
  for (let at = 0; at + 6 <= TOKEN.length; at += 1) {
    expect(screen).not.toContain(TOKEN.slice(at, at + 6));
  }
}

describe('vstoken inspect in a real terminal', needs('script'), () => {
  it.each([40, 80])(
    'S24 accepts a paste of many lines without showing it, at %i columns',
    async (columns) => {
      const answers: Answer[] = [
        [/press\s+Enter/, `\u001b[200~${TEXT}\u001b[201~`],
        [/Pasted 3 lines/, '\r'],
      ];
      const result = await runPrompted(['inspect'], answers, env(), columns);
      expectFound(result);
      expect(result.screen.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(
        result.screen.lastIndexOf('\u001b[?2004h'),
      );
    },
  );

  it('S24 S63 accepts a paste without bracketed-paste marks, and leaves none of it to the shell', async () => {
    const terminal = openTerminal(`${programLine(['inspect'])}; cat`, env());
    await terminal.until(/press\s+Enter/);
    terminal.type(TEXT);
    await terminal.until(/not recorded here[\s\S]*word\s+"Bearer"\s+is\s+missing/);
    terminal.type('\u0004');
    expectFound({ ...(await terminal.done), screen: terminal.screen() });
  });

  it('exits with 130 at Ctrl-C, and restores the terminal', async () => {
    const { code, screen } = await runPrompted(['inspect'], [[/press\s+Enter/, '\u0003']], env());
    expect(code).toBe(130);
    expect(screen).toContain('\u001b[?2004l');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('S49 restores the terminal after a %s from another process', async (signal, exit) => {
    const { code, screen } = await runPrompted(['inspect'], [[/press\s+Enter/, { signal }]], env());
    expect(code).toBe(exit);
    expect(screen.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(screen.lastIndexOf('2004h'));
  });
});
