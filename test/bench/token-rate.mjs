/** Compares the token endpoint of vstoken with a Hono app that mints without vstoken: tokens per second, and memory. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { scratch } from './measure.mjs';

const here = import.meta.dirname;
const CONNECTIONS = 32;
/**
 * The two servers are measured alternately, because the machine's speed changes over time. Each server is measured for 20 s in
 * total.
 */
const [ROUNDS, ROUND_S, WARM_UP_S] = [4, 5, 2];

async function start(kind, upstream) {
  const memoryFile = join(scratch, `memory-${kind}`);
  const execArgv = ['--require', join(here, 'report-memory.cjs')];
  const env = { PATH: process.env.PATH, BENCH_MEMORY_FILE: memoryFile };
  const child = fork(join(here, 'token-server.mjs'), [kind, upstream], { execArgv, env });
  const [port] = await once(child, 'message');
  return {
    async rate(duration) {
      const url = `http://127.0.0.1:${port}/token`;
      const headers = { cookie: 'session=1' };
      const result = await autocannon({ url, headers, connections: CONNECTIONS, duration });
      if (result.non2xx + result.errors > 0) throw new Error(`${kind} failed under load`);
      return result.requests.average;
    },
    /**
     * Stops the server.
     * @returns its peak memory, in kilobytes
     */
    async stop() {
      child.disconnect();
      await once(child, 'exit');
      return Number(readFileSync(memoryFile, 'utf8'));
    },
  };
}

const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

async function startUpstream() {
  const child = fork(join(here, 'upstream.cjs'));
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}

/**
 * Measures both servers.
 * @returns the ratio of the rates and the ratio of the peak memory, each with a remark that contains both values
 */
export async function tokenRates() {
  const { url: upstream, stop } = await startUpstream();
  const servers = [await start('library', upstream), await start('hono', upstream)];
  for (const server of servers) await server.rate(WARM_UP_S);
  const rates = servers.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, server] of servers.entries()) rates[at].push(await server.rate(ROUND_S));
  }
  const [library, hono] = rates.map((each) => sum(each) / ROUNDS);
  const [memory, base] = [await servers[0].stop(), await servers[1].stop()];
  stop();
  const mebibytes = (kilobytes) => Math.round(kilobytes / 1024);
  return {
    rate: {
      value: library / hono,
      remark: `${Math.round(library)} over ${Math.round(hono)} a second`,
    },
    memory: { value: memory / base, remark: `${mebibytes(memory)} over ${mebibytes(base)} MiB` },
  };
}
