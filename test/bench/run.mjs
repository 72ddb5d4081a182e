/**
 * How fast the built program is: medians of ratios of paired runs, since the machine's speed drifts and a pair drifts together.
 * `npm run bench` prints a table and fails when a figure is beyond its limit; `npm run bench -- 11` takes 11 pairs, not 41.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { median, memoryOf, steadyRatio, timeOf } from './measure.mjs';
import { PASSPHRASE, settingsWith } from './stored.mjs';

const here = import.meta.dirname;
const bin = join(here, '../../bin/vstoken.js');
const bare = (name) => [join(here, `bare-${name}.cjs`)];
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
// The certificate is made for this run; both sides of a pair leave it unchecked, on loopback.
const https = { ...http, VOCALSTACK_API_SERVER: servers.https, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
/** The bare script has no use for the settings, and the key from the environment. */
const withStored = (store) => {
  const stored = { PATH, VOCALSTACK_CONFIG_DIR: settingsWith(store, servers) };
  return { command: { ...stored, VOCALSTACK_PASSPHRASE: PASSPHRASE }, base: http };
};
const slow = { ...http, VOCALSTACK_API_SERVER: servers.slow };

const ratio = (what, measure, command, base, env, goal, limit) => ({
  what,
  goal,
  limit,
  isBeyond: (value) => value > limit,
  take: () => steadyRatio({ measure, command: [bin, ...command], base, env }, PAIRS),
});

const storedRatio = (store) => {
  const { command, base } = withStored(store);
  const row = ratio(
    `mint, ${store} store / bare script`,
    timeOf,
    ['mint'],
    bare('mint'),
    http,
    1.2,
    1.35,
  );
  const take = () =>
    steadyRatio(
      {
        measure: timeOf,
        command: [bin, 'mint'],
        base: bare('mint'),
        env: base,
        commandEnv: command,
      },
      PAIRS,
    );
  return { ...row, take };
};

/** What noting a token costs, over the same mint where nothing is noted. */
const ledgerRatio = (scheme, env) => {
  const row = ratio(`mint, ${scheme}, ledger on / off`, timeOf, [], [], env, 1.03, 1.08);
  const mint = { measure: timeOf, command: [bin, 'mint'], base: [bin, 'mint'] };
  const take = () => steadyRatio({ ...mint, env: { ...env, CI: '1' }, commandEnv: env }, PAIRS);
  return { ...row, take };
};

const CONCURRENCY = 32;
const ROUNDS = 50;
const SMALL_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=12'];

/** Tokens a second, as a share of what 32 requests at once can reach against a server that takes 50 ms; start-up apart. */
function batchRate() {
  const mint = (count) =>
    timeOf([bin, 'mint', '--count', String(count), '--concurrency', String(CONCURRENCY)], slow);
  const shares = Array.from({ length: 5 }, () => {
    const one = mint(CONCURRENCY);
    return (ROUNDS * servers.slowMs) / (mint(CONCURRENCY * (ROUNDS + 1)) - one);
  });
  return { value: median(shares), remark: `${CONCURRENCY} at once, ${servers.slowMs} ms each` };
}

/** With a heap that may not grow, since how V8 sizes it says nothing about what a batch holds on to. */
function batchMemory() {
  const peak = (count) => {
    const mint = ['mint', '--count', String(count), '--concurrency', String(CONCURRENCY)];
    const take = () => memoryOf([...SMALL_HEAP, bin, ...mint], http);
    return median(Array.from({ length: 3 }, take));
  };
  return { value: peak(10_000) / peak(1000), remark: 'peak memory, of 10000 over 1000' };
}

const empty = ['-e', '0'];
const rows = [
  ratio('--version / node -e 0', timeOf, ['--version'], empty, { PATH }, 1.15, 1.25),
  ratio('--help / node -e 0', timeOf, ['--help'], empty, { PATH }, 1.25, 1.4),
  ratio('mint, http / bare script', timeOf, ['mint'], bare('mint'), http, 1.15, 1.25),
  // The same request, with something to parse.
  ratio(
    'mint with options / bare script',
    timeOf,
    ['mint', '--access', 'readonly', '--lifetime', '10s', '--one-time'],
    bare('mint'),
    http,
    1.2,
    1.4,
  ),
  storedRatio('plaintext'),
  storedRatio('passphrase'),
  ratio('mint, https / bare script', timeOf, ['mint'], bare('mint'), https, 1.15, 1.25),
  ledgerRatio('http', http),
  ledgerRatio('https', https),
  // What it loads, it loads while the service is awaited, which beyond this machine takes longer than that.
  ledgerRatio(`${servers.slowMs} ms away`, slow),
  ratio(
    'test --mode read / bare script',
    timeOf,
    ['test', '--mode', 'read'],
    bare('read'),
    http,
    1.2,
    1.4,
  ),
  ratio('test / bare script with ws', timeOf, ['test'], bare('session'), http, 1.2, 1.4),
  ratio('mint, peak memory / node -e 0', memoryOf, ['mint'], empty, http, 1.2, 1.3),
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
];

const print = (...cells) => {
  const [what, ...rest] = cells;
  process.stdout.write(`${what.padEnd(36)}${rest.map((cell) => `${cell}`.padStart(7)).join('')}`);
};

try {
  process.stdout.write(`Medians of ${PAIRS} paired runs, Node ${process.versions.node}\n\n`);
  print('what', 'is', 'goal', 'limit');
  process.stdout.write('\n');
  for (const { what, goal, limit, isBeyond, take } of rows) {
    const { value, remark } = take();
    const isFailure = isBeyond(value);
    print(what, value.toFixed(2), goal.toFixed(2), limit.toFixed(2));
    process.stdout.write(`  ${isFailure ? 'BEYOND THE LIMIT, ' : ''}${remark}\n`);
    if (isFailure) process.exitCode = 1;
  }
} finally {
  servers.stop();
}
