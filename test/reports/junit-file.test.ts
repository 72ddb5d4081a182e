import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { startSandbox } from '../../src/sandbox/server';
import { systemClock } from '../../src/system/clock';
import { autoAdvancingClock } from '../support/auto-advancing-clock';
import { needs } from '../support/needs';
import { envFor, type RunOptions, run } from '../support/run';

/** The JUnit schema of Ant. Strict readers validate JUnit files against this schema. */
const XSD = join(import.meta.dirname, './junit.xsd');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-junit-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface ReportRun {
  readonly line: string;
  readonly faults?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** If set, the run is interrupted when this text appears on standard error. */
  readonly interruptedAt?: string;
  readonly exit: number;
  /** Expected numbers of failures, errors and skipped cases. */
  readonly counts: readonly [failures: number, errors: number, skipped: number];
}

const course = (
  line: string,
  exit: number,
  counts: ReportRun['counts'],
  more: Partial<ReportRun> = {},
): ReportRun => ({ line, exit, counts, ...more });

const COURSES: readonly ReportRun[] = [
  course('test', 0, [0, 0, 0]),
  course('test --mode connect', 0, [0, 0, 0]),
  course('test --mode read', 0, [0, 0, 0]),
  course('test --language "<&>"', 2, [1, 0, 0]),
  course('test --expect "<&>" --mode read', 2, [1, 0, 0]),
  course('test --unknown', 2, [1, 0, 0]),
  course('test --one-time false', 2, [1, 0, 0]),
  course('test <b>.example.com/a.wav', 2, [1, 0, 0]),
  course('test --timeout soon', 2, [1, 0, 0]),
  course('test', 2, [1, 0, 0], { env: { VOCALSTACK_TIMEOUT: 'soon' } }),
  course('test', 2, [1, 0, 0], { env: { VOCALSTACK_API_SERVER: 'api.vocalstack.com' } }),
  course('test', 4, [1, 0, 5], { env: { VOCALSTACK_API_KEY: '' } }),
  course('test', 4, [1, 0, 4], { env: { VOCALSTACK_API_KEY: 'another' } }),
  course('test --use-token', 4, [1, 0, 0]),
  course('test --mode connect', 5, [1, 0, 1], { faults: ['mint:403'] }),
  course('test --access readonly', 5, [1, 0, 3]),
  course('test', 6, [1, 0, 1], { faults: ['stream:close'] }),
  course('test', 8, [1, 0, 1], { faults: ['transcribe:error'] }),
  course('test --expect "<b>]]> zebra"', 8, [1, 0, 0]),
  course('test', 130, [1, 0, 3], { interruptedAt: 'mint' }),
  course('verify --only reusable,readonly-reads', 0, [0, 0, 0]),
  course('verify --only all', 2, [1, 0, 0]),
  course('verify', 2, [1, 0, 0], { env: { VOCALSTACK_API_SERVER: 'api.vocalstack.com' } }),
  course('verify --only reusable', 4, [0, 1, 1], { env: { VOCALSTACK_API_KEY: '' } }),
  course('verify --only transport', 0, [0, 0, 1]),
  course('verify', 9, [2, 0, 2], { faults: ['promise:reusable', 'promise:tokens-long'] }),
  course('verify', 5, [0, 1, 24], { faults: ['mint:403'] }),
  course('verify --only reusable,readwrite-session', 7, [0, 1, 1], { faults: ['connect:503'] }),
  course('verify --only reusable,default-lifetime', 130, [0, 1, 1], { interruptedAt: 'reusable' }),
];

async function runCourse({ line, faults = [], env, interruptedAt }: ReportRun) {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const waits = line.startsWith('verify');
  const server = await startSandbox({ port: 0, clock: waits ? clock : systemClock(), faults });
  const stop = new AbortController();
  const options: RunOptions = {
    ...(waits && { clock, network: watch }),
    env: { ...envFor(server), ...env },
    signal: stop.signal,
    onStderr: (text) => {
      if (interruptedAt && text.includes(interruptedAt)) {
        stop.abort(new CliError('interrupted', 'Interrupted.'));
      }
    },
  };
  const started = run(`${line} --report junit=/r.xml`, options);
  const result = await (waits && !interruptedAt ? advanceUntilDone(started) : started);
  await server.close();
  return result;
}

function countIn(document: string): readonly number[] {
  return ['failures', 'errors', 'skipped'].map((name) =>
    Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(document)?.[1]),
  );
}

describe('the JUnit report of each result follows the schema', needs('xmllint'), () => {
  it.each(COURSES)('$line $faults: exit $exit', async (one) => {
    const { code, files, err } = await runCourse(one);
    expect({ code, err }).toEqual({ code: one.exit, err });
    const document = files['/r.xml'];
    expect(countIn(String(document))).toEqual(one.counts);
    const path = join(folder, 'report.xml');
    writeFileSync(path, String(document));
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', XSD, path], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: `${path} validates\n` });
  });
});
