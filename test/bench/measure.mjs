import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const STEADY = 0.05;
const TRIES = 3;
export const scratch = mkdtempSync(join(tmpdir(), 'vstoken-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true }));
const memoryFile = join(scratch, 'memory');

export const median = (numbers) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs a process to its end. Returns its duration, in milliseconds of real time. */
export function timeOf(command, env) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, command, {
    env: { ...env, HOME: scratch },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = performance.now() - begun;
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}

/** Runs a process to its end. Returns its peak memory, in kilobytes. */
export function memoryOf(command, env) {
  const preload = ['--require', join(import.meta.dirname, 'report-memory.cjs')];
  timeOf([...preload, ...command], { ...env, BENCH_MEMORY_FILE: memoryFile });
  return Number(readFileSync(memoryFile, 'utf8'));
}

function pairedRatio(measure, command, base, env, commandEnv, pairs) {
  measure(base, env);
  measure(command, commandEnv);
  const ratios = Array.from({ length: pairs }, (_, index) => {
    // `command` runs first in every second pair, `base` in the others. Otherwise effects of the first run, such as caches, would
    // always help the same program.
    if (index % 2 === 0) {
      const a = measure(command, commandEnv);
      return a / measure(base, env);
    }
    const b = measure(base, env);
    return measure(command, commandEnv) / b;
  });
  return median(ratios);
}

/**
 * Compares the measured values of `command` with those of `base`, and returns the median of the ratios. Also compares `base` with
 * itself, and measures again until that ratio is about 1. After TRIES attempts, returns the last result and marks it as unsteady.
 */
export function steadyRatio({ measure, command, base, env, commandEnv = env }, pairs) {
  for (let attempt = 1; ; attempt += 1) {
    const itself = pairedRatio(measure, base, base, env, env, pairs);
    const value = pairedRatio(measure, command, base, env, commandEnv, pairs);
    const isSteady = Math.abs(itself - 1) <= STEADY;
    if (!isSteady && attempt < TRIES) continue;
    return {
      value,
      remark: `base against itself ${itself.toFixed(2)}${isSteady ? '' : ', unsteady'}`,
    };
  }
}
