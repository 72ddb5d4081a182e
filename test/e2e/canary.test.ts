import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Canary, findCanaries, plantedForms } from './support/canary';
import { runBinary } from './support/run-binary';
import { sendJson, startService } from './support/service';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';
const PASSPHRASE = 'Canary passphrase/7+8&%41=z"Qw';

type Answer = (response: ServerResponse, authorization: string) => void;

const status =
  (code: number): Answer =>
  (response, authorization) =>
    sendJson(response, code, { status: 'error', data: null, error: `no: ${authorization}` });

/** How the service treats whoever asks for a token. */
const OUTCOMES: readonly (readonly [name: string, answer: Answer | null])[] = [
  ['success', null],
  ['401', status(401)],
  ['403', status(403)],
  ['500', status(500)],
  [
    'bad JSON',
    (response, text) => response.writeHead(200, { 'x-api-version': '1.1.0' }).end(`{"${text}`),
  ],
  [
    'a redirect',
    (response, text) => response.writeHead(302, { location: `/${encodeURIComponent(text)}` }).end(),
  ],
  ['a reset', (response) => response.socket?.resetAndDestroy()],
  ['silence', () => undefined],
];

/** Command lines of every command that has to do with stored keys, in an order in which each has one to work on. */
const LINES: readonly string[] = [
  'login --with-key --profile STORE --store STORE',
  'status --profile STORE',
  'status --check --profile STORE',
  'mint --profile STORE',
  'test --mode read --profile STORE',
  'verify --only reusable,no-query --profile STORE',
  'inspect --token-stdin',
  'inspect --token-stdin --probe',
  'exec --profile STORE -- env',
  'exec --file --profile STORE -- env',
  'doctor --profile STORE --output REPORT',
  'profile list',
  'profile use STORE',
  'profile rename STORE other',
  'config list',
  'config set api_server https://CANARY.invalid',
  'logout --profile other',
  'logout --profile STORE',
];
const MODES = ['plain', '--json --verbose'];

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-canary-'));
});
afterAll(() => rmSync(base, { recursive: true }));

/** To open a sealed key takes a second: what the service says makes no difference to the ways in which it could leak. */
const RUNS = [
  ...OUTCOMES.map(([name, answer]) => ({ store: 'plaintext', name, answer })),
  ...OUTCOMES.filter(([name]) => ['success', '401'].includes(name)).map(([name, answer]) => ({
    store: 'passphrase',
    name,
    answer,
  })),
];

describe.concurrent('S19 a stored key is shown and left nowhere', () => {
  it.each(RUNS)(
    'from $store, when the service answers with $name',
    async ({ store, name, answer }) => {
      const service = await startService({
        token: TOKEN,
        ...(answer && {
          onMint: (response, request) => answer(response, request.headers.authorization ?? ''),
        }),
      });
      const home = join(base, `${store}-${name.replace(/\W/g, '-')}`);
      const found: string[] = [];
      for (const mode of MODES) {
        mkdirSync(join(home, mode), { recursive: true });
        const env = {
          VOCALSTACK_CONFIG_DIR: join(home, mode),
          VOCALSTACK_API_SERVER: service.url,
          VOCALSTACK_PASSPHRASE: PASSPHRASE,
        };
        for (const line of LINES) {
          const isLogin = line.startsWith('login');
          const [own = '', after = ''] = line.split(/(?= -- )/);
          const words = `${own} ${mode === 'plain' ? '' : mode} --timeout 2s${after}`
            .replaceAll('STORE', store)
            .replace('REPORT', join(home, mode, 'report.txt'))
            .trim()
            .split(/\s+/);
          // A login that the service refuses stores nothing: the rest of the lines has to have a key all the same.
          const rounds = isLogin ? [words, [...words, '--no-verify']] : [words];
          for (const round of rounds) {
            const result = await runBinary(round, {
              env,
              stdin: isLogin ? KEY : line.startsWith('inspect') ? TOKEN : '',
            });
            const canaries: readonly Canary[] = [
              { name: 'key', secret: KEY, mayBeIn: store === 'plaintext' ? ['config.json'] : [] },
              { name: 'passphrase', secret: PASSPHRASE },
              {
                name: 'token',
                secret: TOKEN,
                mayBeIn: /^(mint|exec --profile)/.test(line) ? ['out'] : [],
              },
            ];
            const leaks = findCanaries(result, [join(home, mode)], canaries);
            found.push(...leaks.map((leak) => `${round.join(' ')}: ${leak}`));
            if (result.code === 1) found.push(`${round.join(' ')}: exit 1`);
          }
        }
      }
      await service.close();
      expect(found).toEqual([]);
    },
    180_000,
  );
});

describe('the canary scan', () => {
  it('finds every form in each place, and nothing where nothing is', () => {
    const folder = mkdtempSync(join(base, 'planted-'));
    for (const [form, text] of plantedForms(KEY)) {
      const canary = { name: 'key', secret: KEY };
      expect(findCanaries({ out: text, err: '' }, [], [canary])).toContain(
        `key in out, as ${form}`,
      );
      writeFileSync(join(folder, 'file'), `before ${text} after`);
      const found = findCanaries({ out: '', err: '' }, [folder], [canary]);
      expect(found).toContain(`key in file, as ${form}`);
      expect(
        findCanaries({ out: '', err: '' }, [folder], [{ ...canary, mayBeIn: ['file'] }]),
      ).toEqual([]);
    }
  });
});
