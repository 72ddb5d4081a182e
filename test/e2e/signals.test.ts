import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index';
import { envFor, errorIn, startBinary } from './support/run-binary';
import { type Hooks, progressOf, type Service, startService } from './support/service';
import { startHere } from './support/start-here';

const SIGNALS = [
  { signal: 'SIGINT', exit: 130, code: 'interrupted' },
  { signal: 'SIGTERM', exit: 143, code: 'terminated' },
] as const;

const hang = () => undefined;

/** The moments at which the service stops answering, and the step that the client shows at that moment. */
const PHASES: readonly {
  readonly phase: string;
  readonly hooks: Hooks;
  readonly counts: Service['counts'];
  /** The codes with which the client must close its sessions. Empty if no session was opened. */
  readonly closes: readonly number[];
  readonly step: string;
  /**
   * Whether the test runs the built program in its own process, which gets a real signal. By default, the source code runs in
   * this process.
   */
  readonly isBuilt?: boolean;
}[] = [
  {
    phase: 'minting hangs',
    hooks: { onMint: hang },
    counts: { mints: 1, reads: 0, upgrades: 0, starts: 0 },
    closes: [],
    step: 'mint',
    isBuilt: true,
  },
  {
    phase: 'the upgrade hangs',
    hooks: { onUpgrade: hang },
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 0 },
    closes: [],
    step: 'connect',
  },
];

const SESSION_PHASES: typeof PHASES = [
  {
    phase: 'the session is never confirmed',
    hooks: { onHello: hang },
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 0 },
    closes: [1000],
    step: 'connect',
  },
  {
    phase: 'nothing follows the start',
    hooks: { onStart: hang },
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 1 },
    closes: [1000],
    step: 'start',
  },
  {
    phase: 'the stream stops midway',
    hooks: { onStart: ({ send }) => send(progressOf('processing', 'hello')) },
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 1 },
    closes: [1000],
    step: 'transcribe',
    isBuilt: true,
  },
];

/** Starts the built program in its own process, or the source code in this process. */
function startProgram(line: string, env: ReturnType<typeof envFor>, isBuilt = false) {
  if (!isBuilt) return startHere(line, { env });
  const program = startBinary(line.split(' '), { env });
  return { ...program, kill: (signal: NodeJS.Signals) => void program.child.kill(signal) };
}

/** Starts the program, and waits until the service has stopped answering. */
async function startUntilSilent(
  line: string,
  { hooks, counts, closes, step, isBuilt }: (typeof PHASES)[number],
) {
  let hellos = 0;
  const service = await startService({
    ...hooks,
    onHello: (peer) => {
      hellos += 1;
      if (hooks.onHello) hooks.onHello(peer);
      else peer.send({ session: 'session-1' });
    },
  });
  const program = startProgram(line, envFor(service), isBuilt);
  const isReached = () =>
    JSON.stringify(service.counts) === JSON.stringify(counts) && hellos === closes.length;
  await program.meanwhile(service.until(isReached));
  if (step === 'transcribe') await program.untilErr(/^ok +start/m);
  return { service, program };
}

describe.each(SIGNALS)('S49 $signal during vstoken test', ({ signal, exit, code }) => {
  it.each([...PHASES, ...SESSION_PHASES])(
    'ends the run and its connections when $phase',
    async (phase) => {
      const { service, program } = await startUntilSilent('test --json', phase);
      program.kill(signal);
      await service.until(() => service.openConnections() === 0);
      const result = await program.done;
      expect(result).toMatchObject({ code: exit, ...(phase.isBuilt && { signal: null }) });
      expect(errorIn(result)).toMatchObject({ code, exit });
      const document = JSON.parse(result.out);
      expect(document.ok).toBe(false);
      expect(document.steps.at(-1)).toMatchObject({ name: phase.step, ok: false, error: { code } });
      expect(service.closes).toEqual(phase.closes);
      expect(service.counts).toEqual(phase.counts);
      await service.close();
    },
  );

  it('S46 ends a transcription in the sandbox, which counts one start', async () => {
    const sandbox = await startSandbox({ paceMs: 3_600_000 });
    const program = startProgram('test', envFor(sandbox));
    await program.untilErr(/^ok +start/m);
    program.kill(signal);
    const { code: ended, out, err } = await program.done;
    expect({ ended, out }).toEqual({ ended: exit, out: '' });
    expect(err).toMatch(new RegExp(`^code: +${code} \\(exit ${exit}\\)$`, 'm'));
    expect(sandbox.stats()).toMatchObject({ mints: 1, sessions: 1, starts: 1 });
    await sandbox.close();
  });

  it('ends the wait for a confirmation of the sandbox, which counts no start', async () => {
    let log = '';
    let sawUpgrade: () => void;
    const upgraded = new Promise<void>((resolve) => {
      sawUpgrade = resolve;
    });
    const sandbox = await startSandbox({
      faults: ['session:never-confirm'],
      log: (line) => {
        log += `${line}\n`;
        if (line.includes(' WS ')) sawUpgrade();
      },
    });
    const program = startProgram('test --json', envFor(sandbox));
    await program.meanwhile(upgraded);
    program.kill(signal);
    const result = await program.done;
    expect(result.code).toBe(exit);
    expect(errorIn(result).code).toBe(code);
    expect(sandbox.stats().starts).toBe(0);
    expect(log).toContain('WS /async/transcribe/url 101');
    await sandbox.close();
  });
});

describe.each(SIGNALS)('S49 $signal during vstoken mint', ({ signal, exit, code }) => {
  it.each(['text', 'json'])('leaves no token in the %s output', async (format) => {
    const [phase] = PHASES;
    if (!phase) throw new Error('there is no phase');
    const isBuilt = format === 'text';
    const { service, program } = await startUntilSilent(`mint -o ${format}`, { ...phase, isBuilt });
    program.kill(signal);
    await service.until(() => service.openConnections() === 0);
    const result = await program.done;
    expect(result).toMatchObject({ code: exit, out: '', ...(isBuilt && { signal: null }) });
    if (format === 'json') expect(errorIn(result)).toMatchObject({ code, exit });
    else expect(result.err).toContain(`code:  ${code} (exit ${exit})`);
    expect(service.counts).toEqual({ mints: 1, reads: 0, upgrades: 0, starts: 0 });
    await service.close();
  });

  it('ends the wait between two attempts', async () => {
    const service = await startService({
      onMint: (response) => response.writeHead(503, { 'retry-after': '25' }).end(),
    });
    const program = startProgram('mint --json --verbose', envFor(service));
    await program.untilErr(/-> 503/);
    program.kill(signal);
    const result = await program.done;
    expect(result).toMatchObject({ code: exit, out: '' });
    expect(errorIn(result).code).toBe(code);
    expect(service.counts.mints).toBe(1);
    await service.close();
  });
});

describe.each(SIGNALS)('S49 $signal to vstoken sandbox', ({ signal, exit }) => {
  it('ends its sessions and reports the end in JSON', async () => {
    const server = startBinary([
      'sandbox',
      '--port',
      '0',
      '--json',
      '--fail',
      'session:never-confirm',
    ]);
    const [line] = await server.untilOut(/^.*\n/);
    const { url, api_key: apiKey } = JSON.parse(line);
    const client = startProgram('test --json', envFor({ url, apiKey }));
    await server.untilErr(/"path":"\/async\/transcribe\/url","status":101/);
    server.child.kill(signal);
    const result = await server.done;
    expect(result).toMatchObject({ code: exit, signal: null, out: line });
    expect(result.err).toMatch(
      /^Stopped: \d+ requests, 1 token minted, 0 transcriptions started\.$/m,
    );
    const ended = await client.done;
    expect(ended.code).toBe(6);
    expect(['closed_early', 'connection_reset']).toContain(errorIn(ended).code);
  });
});

describe.each(SIGNALS)('S49 $signal to vstoken serve', ({ signal, exit }) => {
  it('S59 stops the server while a token is minted, and closes waiting connections', async () => {
    const service = await startService({ onMint: hang });
    const server = startBinary(['serve', '--port', '0', '--json'], { env: envFor(service) });
    const [line] = await server.untilOut(/^.*\n/);
    const { url, path, secret } = JSON.parse(line);
    const headers = { authorization: `Bearer ${secret}` };
    const waiting = fetch(`${url}${path}`, { headers }).then(
      () => 'answered',
      () => 'dropped',
    );
    await server.meanwhile(service.until(() => service.counts.mints === 1));
    server.child.kill(signal);
    await service.until(() => service.openConnections() === 0);
    const result = await server.done;
    expect(result).toMatchObject({ code: exit, signal: null, out: line });
    expect(result.err).toMatch(/^Stopped: \d requests?, 0 tokens served\.$/m);
    expect(await waiting).toBe('dropped');
    await service.close();
  });
});

/** Calls `use` with a pipe that is full and never read, so that writing to it blocks. */
function withFullPipe<Value>(use: (fd: number) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-fifo-'));
  const path = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  for (const size of [4096, 1]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(size, 0x20));
    } catch (error) {
      expect(error).toMatchObject({ code: 'EAGAIN' });
    }
  }
  return use(fd).finally(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
}

describe.each(SIGNALS)('S49 a second $signal', ({ signal }) => {
  it('ends the program at once, whatever it waits for', async () => {
    const service = await startService({ onMint: hang });
    const result = await withFullPipe(async (stderr) => {
      const program = startBinary(['mint'], { env: envFor(service), stderr });
      await program.meanwhile(service.until(() => service.counts.mints === 1));
      program.child.kill(signal);
      // The program has handled the first signal. It still runs, because it cannot write its message to the full pipe.
      await service.until(() => service.openConnections() === 0);
      program.child.kill(signal);
      return program.done;
    });
    expect(result).toMatchObject({ code: null, signal, out: '' });
    await service.close();
  });
});

describe('S27 SIGUSR1 to vstoken serve', () => {
  it('S27 opens no debugger, and changes nothing', async () => {
    const server = startBinary(['serve', '--port', '0', '--sandbox', '--json']);
    const [line] = await server.untilOut(/^.*\n/);
    const { url, path, secret } = JSON.parse(line);
    server.child.kill('SIGUSR1');
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${url}${path}`, { headers })).status).toBe(200);
    server.child.kill('SIGTERM');
    expect((await server.done).err).not.toMatch(/debugger|inspector/i);
  });
});

describe('S27 SIGUSR1 to vstoken sandbox', () => {
  it('opens no debugger, and changes nothing', async () => {
    const server = startBinary(['sandbox', '--port', '0', '--json']);
    const [line] = await server.untilOut(/^.*\n/);
    const { url, api_key: apiKey } = JSON.parse(line);
    server.child.kill('SIGUSR1');
    const client = await startProgram('mint', envFor({ url, apiKey })).done;
    expect(client.code).toBe(0);
    server.child.kill('SIGTERM');
    expect((await server.done).err).not.toContain('Debugger');
  });
});
