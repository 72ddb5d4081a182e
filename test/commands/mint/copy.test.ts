import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clipboard } from '../../../src/context/clipboard';
import { CliError } from '../../../src/core/errors';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/index';
import { fakeClock } from '../../../src/system/clock';
import { envFor, type RunOptions, run } from '../../support/run';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

interface Setting extends Omit<RunOptions, 'clipboard'> {
  readonly helper?: string | null;
  readonly copyFails?: CliError;
}

/**
 * Runs a command with a fake clipboard. Returns the result, the copied texts, the text that was written to the terminal device,
 * and the number of requests.
 */
async function runCopying(line: string, { helper = 'xclip', copyFails, ...more }: Setting = {}) {
  const copied: string[] = [];
  let device = '';
  let requests = 0;
  const clipboard: Clipboard = {
    helper,
    async copy(text) {
      if (copyFails) throw copyFails;
      copied.push(text.reveal());
    },
    async writeToTerminal(text) {
      device += text;
    },
  };
  const result = await run(line, {
    clipboard,
    clock: fakeClock(),
    ...more,
    env: { ...envFor(sandbox), TERM: 'xterm-256color', ...more.env },
    network: (real) => ({
      ...real,
      http: {
        ...real.http,
        send(request) {
          requests += 1;
          return real.http.send(request);
        },
      },
    }),
  });
  return { ...result, copied, device, requests };
}

const TOKEN = /^[\w-]{43}$/;
const ESC = '\u001b';
const OSC = new RegExp(`${ESC}\\]52;c;([A-Za-z0-9+/=]+)${ESC}\\\\`);
const decoded = (text: string) => Buffer.from(OSC.exec(text)?.[1] ?? '', 'base64').toString();
const withoutOsc = (text: string) => text.replace(OSC, '');

describe('S77 vstoken mint --copy', () => {
  it('copies the token with the system program, prints nothing, and notes when the token expires', async () => {
    const { code, out, err, copied } = await runCopying('mint --copy --lifetime 60s');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(copied).toEqual([expect.stringMatching(TOKEN)]);
    expect(err).toMatch(
      /^note: Copied with xclip\. The token stays in the clipboard and expires at 10:01:00 UTC\.\n$/,
    );
  });

  it.each(['--json', '-o json'])('prints the document without the token under %s', async (json) => {
    const { code, json: document, out, copied } = await runCopying(`mint --copy ${json}`);
    expect(code).toBe(0);
    expect(document()).toEqual({
      access: 'readonly',
      lifetime_s: 10,
      one_time: true,
      issued_at: '2026-11-24T10:00:00.000Z',
      expires_at: '2026-11-24T10:00:10.000Z',
      api_server: sandbox.url,
      profile: null,
      sandbox: false,
      copied_by: 'xclip',
    });
    expect(copied).toEqual([expect.stringMatching(TOKEN)]);
    expect(out).not.toContain(copied[0]);
  });

  it.each([
    ['-o header', /^Authorization: Bearer [\w-]{43}$/],
    ['-o env --name T', /^export T='[\w-]{43}'$/],
    ['--prove', TOKEN],
  ])('copies the line of %s without its line break', async (options, form) => {
    const { code, out, copied } = await runCopying(`mint --copy ${options}`);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(copied).toEqual([expect.stringMatching(form)]);
  });

  it('prints nothing with --quiet', async () => {
    const { copied, out, err } = await runCopying('mint --copy --quiet');
    expect({ out, err, count: copied.length }).toEqual({ out: '', err: '', count: 1 });
  });

  it('gives a tip in a terminal, and does not show the token', async () => {
    const { copied, out, err } = await runCopying('mint --copy', {
      terminal: 'all',
      columns: 200,
    });
    expect(out).toBe('');
    expect(err).toContain('For more time: --lifetime 60s');
    expect(err).not.toContain(copied[0]);
    expect(err).not.toMatch(OSC);
  });

  it('does not warn about the log of a job, which does not show the token', async () => {
    const { err } = await runCopying('mint --copy', { env: { GITHUB_ACTIONS: 'true' } });
    expect(err).not.toContain('mask');
  });

  it('is part of the command line that --interactive shows', async () => {
    const answers = ['readonly', '10s', true];
    const { err } = await runCopying('mint --copy --interactive', {
      answers,
      terminal: 'all',
    });
    expect(err).toMatch(/vstoken mint .* --copy/);
  });

  it.each([
    ['--count 2', '--count'],
    ['--count 1', '--count'],
    ['-o github', '-o github'],
  ])('cannot be used with %s', async (options, named) => {
    const { code, err, requests } = await runCopying(`mint --copy ${options}`);
    expect({ code, requests }).toEqual({ code: 2, requests: 0 });
    expect(err).toContain(named);
  });
});

describe('S77 vstoken mint --copy without a clipboard program', () => {
  const none = { helper: null };

  it('asks the terminal, and notes that it may ignore the request', async () => {
    for (const terminal of ['all', 'stderr'] as const) {
      const { code, out, err } = await runCopying('mint --copy', { ...none, terminal });
      expect({ code, out }).toEqual({ code: 0, out: '' });
      expect(decoded(err)).toMatch(TOKEN);
      expect(withoutOsc(err)).toContain(
        'The terminal was asked to copy the token (OSC 52), but the terminal',
      );
      expect(withoutOsc(err)).not.toContain(ESC);
    }
  });

  it('reports the terminal with --json', async () => {
    const result = await runCopying('mint --copy --json', { ...none, terminal: 'stderr' });
    expect(result.json()).toMatchObject({ copied_by: 'terminal', lifetime_s: 10 });
    expect(result.json()).not.toHaveProperty('token');
    expect(decoded(result.err)).toMatch(TOKEN);
  });

  it('writes to the terminal device if standard error is redirected', async () => {
    const { code, out, err, device } = await runCopying('mint --copy', {
      ...none,
      context: ({ io, ...built }) => ({
        ...built,
        io: { ...io, stdout: { ...io.stdout, isTerminal: true } },
      }),
    });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(decoded(device)).toMatch(TOKEN);
    expect(err).not.toContain(ESC);
  });

  it('asks tmux, and the terminal around tmux', async () => {
    const env = { TMUX: '/tmp/tmux-1000/default,1,0', TERM: 'screen-256color' };
    const { err } = await runCopying('mint --copy', { ...none, terminal: 'all', env });
    const [, inner = ''] = new RegExp(`${ESC}Ptmux;([^]*?[^${ESC}])${ESC}\\\\`).exec(err) ?? [];
    expect(decoded(err)).toMatch(TOKEN);
    expect(decoded(inner.replaceAll(ESC + ESC, ESC))).toBe(decoded(err));
    expect(err).toContain('set-clipboard on');
  });

  it('asks the terminal around GNU screen in short pieces', async () => {
    const long = 'a'.repeat(4096);
    const { clipboardSequence } = await import('../../../src/terminal/clipboard-sequence');
    const text = clipboardSequence(long, { STY: '1.pts', TERM: 'screen' });
    const pieces = [...text.matchAll(new RegExp(`${ESC}P([^]*?)${ESC}\\\\`, 'g'))];
    expect(pieces.map(([piece]) => piece).join('')).toBe(text);
    expect(Math.max(...pieces.map(([piece]) => piece.length))).toBeLessThan(256);
    const [, base64 = ''] =
      new RegExp(`^${ESC}\\]52;c;(.*)\u0007$`).exec(pieces.map(([, inner]) => inner).join('')) ??
      [];
    expect(Buffer.from(base64, 'base64').toString()).toBe(long);
  });

  it.each<[string, Setting]>([
    ['in a pipe', { terminal: 'none' }],
    ['in CI, even in a terminal', { terminal: 'all', env: { CI: '1' } }],
    ['in a terminal without escape sequences', { terminal: 'all', env: { TERM: 'dumb' } }],
    ['in a terminal without a type', { terminal: 'all', env: { TERM: '' } }],
    [
      'on the Linux console, which would show the sequence',
      { terminal: 'all', env: { TERM: 'linux' } },
    ],
  ])('fails %s, before a token is minted', async (_, setting) => {
    const result = await runCopying('mint --copy --json', { ...none, ...setting });
    expect(result).toMatchObject({ code: 3, out: '', requests: 0 });
    expect(result.error()).toMatchObject({ code: 'no_clipboard', exit: 3 });
    expect(result.err).not.toContain(ESC);
  });
});

describe('S77 vstoken mint --copy with a clipboard program that fails', () => {
  const copyFails = new CliError(
    'no_clipboard',
    'xclip failed. The token is not in the clipboard.',
  );

  it('asks the terminal instead', async () => {
    const { code, out, err } = await runCopying('mint --copy', { copyFails, terminal: 'stderr' });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('note: xclip failed.');
    expect(decoded(err)).toMatch(TOKEN);
  });

  it('fails without a terminal, and prints no token', async () => {
    const result = await runCopying('mint --copy --json', { copyFails });
    expect(result).toMatchObject({ code: 3, out: '', requests: 1 });
    expect(result.error().code).toBe('no_clipboard');
  });
});
