// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startOwnProxy } from './e2e/support/proxies';
import { autoAdvancingClock } from './support/auto-advancing-clock';
import { CLIPBOARD } from './support/clipboard';
import { withFastEncryption } from './support/fast-encryption';
import { type Fill, QUOTINGS, type Quoting, startQuotingService } from './support/quoting-service';
import { type RunOptions, run } from './support/run';
import { newConfigDir } from './support/stored';
import { askServe } from './support/until-stopped';

const SECRETS = {
  key: 'ZebraKey5d2Q8xB41zVw5end',
  token: 'OtterTokenRw8Wn3D4xQ7fin',
  'proxy password': 'HeronProxyPw6Hk9Zt2Lm',
  signature: 'LynxSignature7Jq3Xv8Nb',
  passphrase: 'Moose passphrase 4Gd8 Ys5K',
} as const;

/** The spellings and encodings in which the service puts a secret into its answers. */
const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  raw: (secret) => secret,
  capitals: (secret) => secret.toUpperCase(),
  separators: (secret) => [...secret].join('-'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  base64: (secret) => Buffer.from(`x:${secret}`).toString('base64'),
  'percent-encoding': (secret) =>
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''),
  'an ellipsis': (secret) => `${secret.slice(0, 7)}...${secret.slice(-7)}`,
};

const AUDIO = `https://example.com/a.wav?signature=${SECRETS.signature}`;
const ALL_REPORTS = '--report junit=/t.xml --report html=/t.html --report github';

/** Command lines that use a token. The lines of MINTERS only mint a token. */
const USERS: readonly string[] = [
  'mint --prove',
  'mint --prove --access readwrite',
  `test --mode read ${ALL_REPORTS}`,
  `test ${AUDIO} --mode connect ${ALL_REPORTS}`,
  `test ${AUDIO} ${ALL_REPORTS}`,
  `test ${AUDIO} --follow --use-token`,
  `test ${AUDIO} --expect nothing ${ALL_REPORTS}`,
  'test --file clip.wav --report html=/t.html',
  `verify --only reusable,readwrite-session,no-query ${ALL_REPORTS}`,
  'inspect --use-token --probe',
  'api /polyglot',
  `api -i /polyglot?url=${AUDIO}`,
  'api -i --as key /polyglot',
  'api -i --use-token POST /polyglot',
];
const MINTERS: readonly string[] = [
  'mint',
  'mint --count 2',
  'mint -o github',
  'mint --copy',
  'exec -- true',
  'exec --file --refresh --no-one-time -- true',
  'serve --port 0 --page',
  'status --check',
  'login --with-key --store plaintext',
  'login --with-key --store passphrase',
  `login --key-command 'echo ${SECRETS.key}'`,
  'doctor --output /doctor.txt',
];

const linesFor = (quoting: Quoting) =>
  /^(mint|version)/.test(quoting) ? [...USERS, ...MINTERS] : USERS;

const MODES = ['', '--verbose', '--json --verbose'];
const CLIP = readFileSync(join(import.meta.dirname, '../assets/clip.wav'));

function withMode(line: string, mode: string): string {
  // A line with `-o` stays unchanged, because `-o` and --json cannot be combined.
  if (line.includes('-o ')) return line;
  const [own = '', after = ''] = line.split(/(?= -- )/);
  return `${own} ${mode}${after}`;
}

async function runLine(line: string, options: RunOptions) {
  if (!line.startsWith('serve')) return run(line, options);
  try {
    const { body, page, ...result } = await askServe(line, options);
    return { ...result, out: result.out + body + page };
  } catch (error) {
    // `serve` failed before its first output.
    return { code: 1, out: '', err: String(error), files: {} };
  }
}

/** Returns everything that a command line prints or writes, except for the settings and the token that it should print. */
async function shownBy(
  line: string,
  url: string,
  proxy: string,
  more: RunOptions,
): Promise<string> {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const isLogin = line.startsWith('login');
  const running = runLine(line, {
    ...{
      clock,
      network: watch,
      context: withFastEncryption,
      configDir: newConfigDir(),
      stdin: SECRETS.key,
    },
    env: {
      PATH: process.env['PATH'],
      VOCALSTACK_API_SERVER: url,
      ...(isLogin ? {} : { VOCALSTACK_API_KEY: SECRETS.key }),
      VOCALSTACK_AUTH_TOKEN: SECRETS.token,
      VOCALSTACK_PASSPHRASE: SECRETS.passphrase,
      VOCALSTACK_PROXY_LOOPBACK: '1',
      http_proxy: `http://someone:${SECRETS['proxy password']}@${proxy}`,
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: '/output',
      GITHUB_ENV: '/env',
      GITHUB_STEP_SUMMARY: '/summary',
    },
    files: { 'clip.wav': CLIP },
    clipboard: CLIPBOARD,
    ...more,
  });
  const { out, err, files } = await advanceUntilDone(running);
  const left = Object.entries(files).filter(([path]) => path !== 'clip.wav');
  const isProduct = /^(mint(?! --copy)|serve)/.test(line);
  const written = `${out}\n${left.map(([, text]) => text).join('\n')}`;
  return `${isProduct ? written.replaceAll(SECRETS.token, '') : written}\n${err}`;
}

/** Returns all parts of a text that have 16 characters. An output that contains one of these parts shows too much of a secret. */
function piecesOf(text: string): readonly string[] {
  const length = Math.min(text.length, 16);
  return Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length));
}

function secretsOf(line: string) {
  return Object.entries(SECRETS).filter(([name]) => name !== 'signature' || line.includes(AUDIO));
}

/**
 * Returns what a command line prints or writes. The service inserts the `texts` in its answers, one after the other. `first`
 * decides with which of the texts the service begins.
 */
async function shownIn(
  quoting: Quoting,
  line: string,
  texts: readonly string[],
  first: number,
  more: RunOptions = {},
): Promise<string> {
  let count = first;
  const fill: Fill = () => {
    count += 1;
    return texts[count % texts.length] ?? '';
  };
  const service = await startQuotingService(quoting, SECRETS.token, fill);
  const proxy = await startOwnProxy(Number(new URL(service.url).port));
  try {
    return await shownBy(line, service.url, proxy.host, more);
  } finally {
    await proxy.close();
    await service.close();
  }
}

describe('S61 no command or report shows a secret that the service repeats', () => {
  const cells = Object.keys(FORMS).flatMap((name, first) =>
    QUOTINGS.map((quoting, second) => [name, quoting, first + second] as const),
  );
  it.for(cells)('in the form %s: %s', { timeout: 60_000 }, async ([name, quoting, first]) => {
    const form = FORMS[name] ?? String;
    const found: string[] = [];
    for (const [at, line] of linesFor(quoting).entries()) {
      const whole = withMode(line, MODES[(at + first) % MODES.length] ?? '');
      const repeated = secretsOf(line).map(([of, secret]) => [of, form(secret)] as const);
      const texts = repeated.map(([, text]) => `see ${text} here`);
      // `first + at` makes the service start with a different secret for each line.
      const shown = await shownIn(quoting, whole, texts, first + at);
      for (const [of, text] of repeated) {
        const isShown = piecesOf(text).some((piece) => shown.includes(piece));
        // The transcript contains the secret in pieces of 8 characters. One piece does not identify the secret, but two pieces
        // are a leak.
        const cut = (text.match(/.{8}/gs) ?? []).filter((piece) => shown.includes(piece));
        if (isShown || (quoting === 'transcript in pieces' && cut.length > 1)) {
          found.push(`${of} by ${whole}`);
        }
      }
    }
    expect(found).toEqual([]);
  });

  it.for(QUOTINGS)('in a terminal: %s', { timeout: 60_000 }, async (quoting) => {
    const found: string[] = [];
    for (const [at, line] of linesFor(quoting).entries()) {
      const texts = secretsOf(line).map(([, secret]) => `see ${secret} here`);
      const shown = await shownIn(quoting, line, texts, at, { terminal: 'all', columns: 1000 });
      for (const [of, secret] of secretsOf(line)) {
        if (shown.includes(secret)) found.push(`${of} by ${line}`);
      }
    }
    expect(found).toEqual([]);
  });

  it.for(QUOTINGS)(
    'but other texts of the service are shown: %s',
    { timeout: 60_000 },
    async (quoting) => {
      const seen: string[] = [];
      for (const line of linesFor(quoting)) {
        const shown = await shownIn(quoting, withMode(line, '--json'), ['harmless words'], 0);
        if (shown.includes('harmless')) seen.push(line);
      }
      // The program never shows a text from the answer to a WebSocket upgrade.
      expect(seen.length > 0).toBe(quoting !== 'upgrade refused');
    },
  );
});
