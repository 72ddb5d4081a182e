/**
 * Measures the built program in comparison with other programs. The two programs of a comparison run in turn, many times, because
 * the machine's speed changes over time. Each result is the median of the ratios. `npm run bench` prints a table, and fails if a
 * result is beyond its limit. `npm run bench -- 11` measures 11 ratios instead of 41.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildBase } from './build-base.mjs';
import { median, memoryOf, scratch, steadyRatio, timeOf } from './measure.mjs';
import { PASSPHRASE, settingsWith } from './stored.mjs';
import { tokenRates } from './token-rate.mjs';

const here = import.meta.dirname;
const bin = join(here, '../../bin/vstoken.js');
const base = await buildBase(scratch);
const PAIRS = Number(process.argv[2] ?? 41);

async function startServers() {
  const child = spawn(process.execPath, [join(here, 'servers.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)));
    child.once('exit', () => reject(new Error('the servers did not start')));
  });
  return { ...JSON.parse(line), stop: () => child.kill() };
}

const servers = await startServers();
const { PATH } = process.env;
const http = { PATH, VOCALSTACK_API_SERVER: servers.http, VOCALSTACK_API_KEY: servers.apiKey };
// The certificate is made for this run, and no known authority has signed it. So both programs of a pair run without checking the
// certificate. vstoken allows this because the server is on this machine.
const https = { ...http, VOCALSTACK_API_SERVER: servers.https, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
const slow = { ...http, VOCALSTACK_API_SERVER: servers.slow };
/** Returns the variables that make the program use a stored key instead of VOCALSTACK_API_KEY. */
const withStored = (store) => ({
  ...{ PATH, VOCALSTACK_CONFIG_DIR: settingsWith(store, servers) },
  VOCALSTACK_PASSPHRASE: PASSPHRASE,
});

/** Returns a row of the table: the ratio of the durations of two commands. A ratio without a limit is only printed. */
const ratio = (what, pair, goal, limit = Number.POSITIVE_INFINITY) => ({
  ...{ what, goal, limit },
  isBeyond: (value) => value > limit,
  take: () => steadyRatio({ measure: timeOf, ...pair }, PAIRS),
});
/** Returns a pair to compare: vstoken, and the program that uses only commander. Both get the same arguments. */
const overBase = (words, env, commandEnv = env) => {
  const [command, plain] = [bin, base].map((file) => [file, ...words]);
  return { command, base: plain, env, commandEnv };
};
const overEmpty = (...words) => ({
  ...{ command: [bin, ...words], base: ['-e', '0'] },
  env: words[0] === 'mint' ? http : { PATH },
});
/**
 * Returns a pair to compare: a mint that is recorded in the ledger, and a mint that is not. The variable CI turns off the ledger.
 */
const ledgerOn = (env) => ({
  ...{ command: [bin, 'mint'], base: [bin, 'mint'] },
  ...{ env: { ...env, CI: '1' }, commandEnv: env },
});

const CONCURRENCY = 32;
const ROUNDS = 50;
const SMALL_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=12'];

/**
 * Measures the tokens per second. The result is a share of the maximum that is possible with 32 concurrent requests, each
 * answered after 50 ms. The time in which the program starts is not counted.
 */
function batchRate() {
  const mint = (count) =>
    timeOf([bin, 'mint', '--count', String(count), '--concurrency', String(CONCURRENCY)], slow);
  const shares = Array.from({ length: 5 }, () => {
    const one = mint(CONCURRENCY);
    return (ROUNDS * servers.slowMs) / (mint(CONCURRENCY * (ROUNDS + 1)) - one);
  });
  return { value: median(shares), remark: `${CONCURRENCY} at once, ${servers.slowMs} ms each` };
}

/**
 * Compares the peak memory of a large batch with that of a small batch. The heap has a fixed maximum size. Otherwise V8 would let
 * the heap grow, and the peak would not show how much memory a batch needs.
 */
function batchMemory() {
  const peak = (count) => {
    const mint = ['mint', '--count', String(count), '--concurrency', String(CONCURRENCY)];
    const take = () => memoryOf([...SMALL_HEAP, bin, ...mint], http);
    return median(Array.from({ length: 3 }, take));
  };
  return { value: peak(10_000) / peak(1000), remark: 'peak memory, of 10000 over 1000' };
}

let measuring;
/** Measures the token rates only once, because two rows of the table use the result. */
function takeTokenRates() {
  measuring ??= tokenRates();
  return measuring;
}

const OPTIONS = ['--access', 'readonly', '--lifetime', '10s', '--one-time'];
const session = { base: [join(here, 'bare-session.cjs')], command: [bin, 'test'], env: http };
const rows = [
  ratio('--version / commander', overBase(['--version'], { PATH }), 0.9, 1),
  ratio('--help / commander', overBase(['--help'], { PATH }), 1.1, 1.2),
  ratio('mint / commander', overBase(['mint'], http), 1.15, 1.25),
  ratio('mint, https / commander', overBase(['mint'], https), 1.15, 1.25),
  ratio('mint with options / commander', overBase(['mint', ...OPTIONS], http), 1.25, 1.35),
  ratio(
    'mint, plaintext store / commander',
    overBase(['mint'], http, withStored('plaintext')),
    ...[1.25, 1.35],
  ),
  ratio(
    'mint, passphrase store / commander',
    overBase(['mint'], http, withStored('passphrase')),
    ...[1.35, 1.45],
  ),
  ratio('test --mode read / commander', overBase(['test', '--mode', 'read'], http), 1.2, 1.3),
  ratio('test / bare script with ws', session, 1.2, 1.3),
  ratio(
    'mint, peak memory / node -e 0',
    { ...overEmpty('mint'), measure: memoryOf },
    ...[1.15, 1.25],
  ),
  ratio('mint, http, ledger on / off', ledgerOn(http), 1.03, 1.08),
  ratio('mint, https, ledger on / off', ledgerOn(https), 1.03, 1.08),
  // With a slow server, loading the ledger's code costs no time: the code is loaded while the program waits for the answer.
  ratio(`mint, ${servers.slowMs} ms away, ledger on / off`, ledgerOn(slow), 1.03, 1.08),
  // These values depend on the machine: the same build gives 1.11 on one machine and 1.24 on another.
  ratio('--version / node -e 0', overEmpty('--version')),
  ratio('--help / node -e 0', overEmpty('--help')),
  ratio('mint / node -e 0', overEmpty('mint')),
  {
    what: 'mint --count, share of the possible',
    goal: 0.94,
    limit: 0.9,
    isBeyond: (value) => value < 0.9,
    take: batchRate,
  },
  {
    what: 'mint --count, memory in N',
    goal: 1.05,
    limit: 1.15,
    isBeyond: (value) => value > 1.15,
    take: batchMemory,
  },
  {
    what: 'tokens a second / a Hono app',
    goal: 0.5,
    limit: 0.45,
    isBeyond: (value) => value < 0.45,
    take: async () => (await takeTokenRates()).rate,
  },
  {
    what: 'memory meanwhile / a Hono app',
    goal: 1.5,
    limit: 1.8,
    isBeyond: (value) => value > 1.8,
    take: async () => (await takeTokenRates()).memory,
  },
];

const cell = (value) => (Number.isFinite(value) ? value.toFixed(2) : '-');
const print = (...cells) => {
  const [what, ...rest] = cells;
  process.stdout.write(`${what.padEnd(36)}${rest.map((cell) => `${cell}`.padStart(7)).join('')}`);
};

try {
  process.stdout.write(`Medians of ${PAIRS} paired runs, Node ${process.versions.node}\n\n`);
  print('what', 'is', 'goal', 'limit');
  process.stdout.write('\n');
  for (const { what, goal, limit, isBeyond, take } of rows) {
    const { value, remark } = await take();
    const isFailure = isBeyond(value);
    print(what, ...[value, goal, limit].map(cell));
    process.stdout.write(`  ${isFailure ? 'BEYOND THE LIMIT, ' : ''}${remark}\n`);
    if (isFailure) process.exitCode = 1;
  }
} finally {
  servers.stop();
}
