/**
 * How fast the built program is, as medians of ratios of paired runs: the machine's speed drifts, and a pair drifts together.
 * `npm run bench` prints a table; `npm run bench -- 11` takes 11 pairs instead of 41.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const here = import.meta.dirname;
const bin = join(here, '../../bin/vstoken.js');
const PAIRS = Number(process.argv[2] ?? 41);
const STEADY = 0.05;
const TRIES = 3;

const scratch = mkdtempSync(join(tmpdir(), 'vstoken-bench-'));
const memoryFile = join(scratch, 'memory');

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

function timeOf(command, env) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, command, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = performance.now() - begun;
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}

function memoryOf(command, env) {
  timeOf(['--require', join(here, 'report-memory.cjs'), ...command], {
    ...env,
    BENCH_MEMORY_FILE: memoryFile,
  });
  return Number(readFileSync(memoryFile, 'utf8'));
}

function pairedRatio(measure, command, base, env) {
  measure(base, env);
  measure(command, env);
  const ratios = Array.from({ length: PAIRS }, (_, index) => {
    // Taking turns at going first keeps what the first leaves behind from helping always the same one.
    if (index % 2 === 0) {
      const a = measure(command, env);
      return a / measure(base, env);
    }
    const b = measure(base, env);
    return measure(command, env) / b;
  });
  return median(ratios);
}

/** The ratio, taken when the base against itself is as good as 1; after some tries, as it is, and marked. */
function steadyRatio(measure, command, base, env) {
  for (let attempt = 1; ; attempt += 1) {
    const itself = pairedRatio(measure, base, base, env);
    const ratio = pairedRatio(measure, command, base, env);
    const isSteady = Math.abs(itself - 1) <= STEADY;
    if (isSteady || attempt === TRIES) return { ratio, itself, isSteady };
  }
}

async function startServers() {
  const child = spawn(process.execPath, [join(here, 'servers.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).split('\n')));
    child.once('exit', () => reject(new Error('the servers did not start')));
  });
  return { ...JSON.parse(line), stop: () => child.kill() };
}

const servers = await startServers();
const plain = { PATH: process.env.PATH, HOME: scratch };
const http = { ...plain, VOCALSTACK_API_SERVER: servers.http, VOCALSTACK_API_KEY: servers.apiKey };
// The certificate is made for this run; both sides of a pair leave it unchecked, on loopback.
const https = { ...http, VOCALSTACK_API_SERVER: servers.https, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
const empty = ['-e', '0'];
const bareMint = [join(here, 'bare-mint.cjs')];

const rows = [
  ['--version / node -e 0', timeOf, [bin, '--version'], empty, plain, 1.15, 1.25],
  ['--help / node -e 0', timeOf, [bin, '--help'], empty, plain, 1.25, 1.4],
  ['mint, http / bare node script', timeOf, [bin, 'mint'], bareMint, http, 1.15, 1.25],
  ['mint, https / bare node script', timeOf, [bin, 'mint'], bareMint, https, 1.15, 1.25],
  ['mint, peak memory / node -e 0', memoryOf, [bin, 'mint'], empty, http, 1.2, 1.3],
];

try {
  process.stdout.write(`Medians of ${PAIRS} paired runs, Node ${process.versions.node}\n\n`);
  process.stdout.write(`${'what'.padEnd(34)} ratio  goal  never above  base against itself\n`);
  for (const [what, measure, command, base, env, goal, limit] of rows) {
    const { ratio, itself, isSteady } = steadyRatio(measure, command, base, env);
    const cells = [
      ratio.toFixed(2).padStart(5),
      goal.toFixed(2).padStart(5),
      limit.toFixed(2).padStart(12),
    ];
    process.stdout.write(
      `${what.padEnd(34)} ${cells.join(' ')}  ${itself.toFixed(2)}${isSteady ? '' : ' (unsteady)'}\n`,
    );
  }
} finally {
  servers.stop();
  rmSync(scratch, { recursive: true });
}
