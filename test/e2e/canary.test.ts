import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoAdvancingClock } from '../support/auto-advancing-clock';
import { withFastEncryption } from '../support/fast-encryption';
import { type Canary, findCanaries, plantedForms } from './support/canary';
import { type Result, runBinary, type SpawnOptions } from './support/run-binary';
import { runHere } from './support/run-here';
import { type Service, sendJson, startService } from './support/service';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';
const PASSPHRASE = 'Canary passphrase/7+8&%41=z"Qw';

type Answer = (response: ServerResponse, authorization: string) => void;

const status =
  (code: number): Answer =>
  (response, authorization) =>
    sendJson(response, code, { status: 'error', data: null, error: `no: ${authorization}` });

/** How the service answers a request for a token. Null means success. */
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

/**
 * Command lines for every command that uses stored keys. The order matters, because a command line may need a key that an earlier
 * one stored.
 */
const LINES: readonly string[] = [
  'login --with-key --profile STORE --store STORE',
  // The login above stores nothing if the service refuses the key. This login stores the key without asking the service.
  'login --with-key --profile STORE --store STORE --no-verify',
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

/**
 * The outcomes that are tested for each store. Two outcomes are enough for `passphrase`, because the service's answer does not
 * change how an encrypted key could leak.
 */
const OUTCOMES_OF = {
  plaintext: OUTCOMES,
  passphrase: OUTCOMES.filter(([name]) => ['success', '401'].includes(name)),
};
const RUNS = Object.entries(OUTCOMES_OF).flatMap(([store, outcomes]) =>
  outcomes.map(([name, answer], number) => ({
    ...{ store, name, answer, number },
    outcomes: outcomes.length,
  })),
);

/**
 * Whether a command line runs in its own process instead of the test's process. For each store and each of the `MODES`, every
 * command line runs in its own process with at least one outcome. The login with --no-verify is an exception: in its own process
 * it would encrypt the key with the real, slow parameters.
 */
function isSpawned(at: number, mode: number, { name, number, outcomes }: (typeof RUNS)[number]) {
  const line = LINES[at] ?? '';
  if (line.includes('--no-verify')) return false;
  // A command line with --file writes to the folder for temporary files. The test checks this folder only after a run in its own
  // process. Each command line that mints must also succeed in its own process at least once.
  if (line.includes('--file') || (name === 'success' && MINTING.test(line))) return true;
  return (at + mode + number) % outcomes === 0;
}
const MINTING = /^(mint|test|verify|exec)/;
/**
 * Value of --timeout if the service answers, in milliseconds. It is longer than any wait between two attempts, so no run ends
 * with a timeout.
 */
const DEADLINE_MS = 100_000;
/**
 * Value of --timeout if the service never answers, in milliseconds. It is short, because the runs in their own process and the
 * doctor's network checks wait in real time.
 */
const SILENT_TIMEOUT_MS = 2000;

/** Runs a command line in this process, with a clock that skips the wait for a service that never answers. */
function runWithAutoClock(
  words: readonly string[],
  options: Pick<SpawnOptions, 'env' | 'stdin'>,
  { counts }: Service,
  { isSilent, deadlineMs }: { readonly isSilent: boolean; readonly deadlineMs: number },
): Promise<Result> {
  // The doctor's network checks use the real clock.
  if (words[0] === 'doctor') return runHere(words, { ...options, context: withFastEncryption });
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const before = counts.mints;
  const running = runHere(words, {
    ...options,
    context: (built) => withFastEncryption({ ...built, clock, ...watch(built) }),
  });
  const hasGoneSilent = () => isSilent && counts.mints > before;
  return advanceUntilDone(running, {
    // While the program loads its modules, the only timer is the one for `--timeout`. A much shorter timer means that the command
    // has begun.
    hasBegun: () => hasGoneSilent() || (clock.waiting()[0] ?? 0) < deadlineMs / 2,
    isSilent: hasGoneSilent,
  });
}

describe.concurrent('S19 no command prints a stored key, or writes it anywhere but into the store', () => {
  it.each(RUNS)(
    'the key in the store $store stays secret if the service answers with $name',
    async (given) => {
      const { store, name, answer } = given;
      const service = await startService({
        token: TOKEN,
        ...(answer && {
          onMint: (response, request) => answer(response, request.headers.authorization ?? ''),
        }),
      });
      const home = join(base, `${store}-${name.replace(/\W/g, '-')}`);
      const isSilent = name === 'silence';
      const deadlineMs = isSilent ? SILENT_TIMEOUT_MS : DEADLINE_MS;
      const found: string[] = [];
      for (const [modeNumber, mode] of MODES.entries()) {
        const folder = join(home, `mode-${modeNumber}`);
        mkdirSync(folder, { recursive: true });
        const env = {
          VOCALSTACK_CONFIG_DIR: folder,
          VOCALSTACK_API_SERVER: service.url,
          VOCALSTACK_PASSPHRASE: PASSPHRASE,
        };
        for (const [number, line] of LINES.entries()) {
          const [own = '', after = ''] = line.split(/(?= -- )/);
          const isOwnProcess = isSpawned(number, modeNumber, given);
          const words = `${own} ${mode === 'plain' ? '' : mode} --timeout ${deadlineMs}ms${after}`
            .replaceAll('STORE', store)
            .replace('REPORT', join(folder, 'report.txt'))
            .trim()
            .split(/\s+/);
          const stdin = line.startsWith('login') ? KEY : line.startsWith('inspect') ? TOKEN : '';
          const result = isOwnProcess
            ? await runBinary(words, { env, stdin })
            : await runWithAutoClock(words, { env, stdin }, service, { isSilent, deadlineMs });
          const canaries: readonly Canary[] = [
            { name: 'key', secret: KEY, mayBeIn: store === 'plaintext' ? ['config.json'] : [] },
            { name: 'passphrase', secret: PASSPHRASE },
            {
              name: 'token',
              secret: TOKEN,
              mayBeIn: /^(mint|exec --profile)/.test(line) ? ['out'] : [],
            },
          ];
          const leaks = findCanaries(result, [folder], canaries);
          found.push(...leaks.map((leak) => `${words.join(' ')}: ${leak}`));
          const isTimeout = /"code":"timeout"|code: {2}timeout /.test(result.err) && !isSilent;
          if (result.code === 1 || isTimeout) found.push(`${words.join(' ')}: ${result.err}`);
        }
      }
      await service.close();
      expect(found).toEqual([]);
    },
    180_000,
  );
});

describe('the search for secrets', () => {
  it('finds every encoded form in each place, and finds nothing if there is no secret', () => {
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
