import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listen } from '../support/fault-server';
import { envFor, errorIn, runBinary, startBinary } from './support/run-binary';
import { type Hooks, progressOf, type Service, sendJson, startService } from './support/service';

interface Case {
  readonly phase: string;
  /**
   * Returns functions that the fake service calls at the steps of the protocol. One of the functions calls `die`, which kills the
   * service at that step.
   */
  readonly hooks: (die: () => void) => Hooks;
  readonly code: string;
  readonly step: string;
  readonly counts: Service['counts'];
}

const CASES: readonly Case[] = [
  {
    phase: 'while it mints',
    hooks: (die) => ({ onMint: die }),
    code: 'connection_refused',
    step: 'mint',
    counts: { mints: 1, reads: 0, upgrades: 0, starts: 0 },
  },
  {
    phase: 'midway through the answer with the token',
    hooks: (die) => ({
      onMint: (response) => {
        response.writeHead(200, { 'x-api-version': '1.1.0', 'content-length': '100' });
        response.write('{"status":', die);
      },
    }),
    code: 'connection_refused',
    step: 'mint',
    counts: { mints: 1, reads: 0, upgrades: 0, starts: 0 },
  },
  {
    phase: 'after it minted, before the session',
    hooks: (die) => ({
      onMint: (response: ServerResponse) => {
        response.setHeader('connection', 'close');
        response.on('finish', die);
        sendJson(response, 200, { status: 'done', data: 'token-1' });
      },
    }),
    code: 'connection_refused',
    step: 'connect',
    counts: { mints: 1, reads: 0, upgrades: 0, starts: 0 },
  },
  {
    phase: 'during the upgrade',
    hooks: (die) => ({ onUpgrade: die }),
    code: 'connection_reset',
    step: 'connect',
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 0 },
  },
  {
    phase: 'before it confirmed the session',
    hooks: (die) => ({ onHello: die }),
    code: 'closed_early',
    step: 'connect',
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 0 },
  },
  {
    phase: 'at the start of the transcription',
    hooks: (die) => ({ onStart: die }),
    code: 'closed_early',
    step: 'start',
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 1 },
  },
  {
    phase: 'midway through the transcription',
    hooks: (die) => ({
      onStart: ({ socket }) => {
        socket.send(JSON.stringify(progressOf('processing', 'hello')), die);
      },
    }),
    code: 'closed_early',
    step: 'transcribe',
    counts: { mints: 1, reads: 0, upgrades: 1, starts: 1 },
  },
];

describe.concurrent('S47 a crash of the service', () => {
  it.each(CASES)(
    '$phase makes vstoken test fail with $code',
    async ({ hooks, code, step, counts }) => {
      const service: Service = await startService(hooks(() => service.die()));
      const result = await runBinary(['test', '--json'], { env: envFor(service) });
      expect(errorIn(result)).toMatchObject({ code, exit: 6 });
      expect(result.code).toBe(6);
      const document = JSON.parse(result.out);
      expect(document.ok).toBe(false);
      expect(document.steps.at(-1)).toMatchObject({ name: step, ok: false, error: { code } });
      expect(service.counts).toEqual(counts);
      await service.close();
    },
  );

  it('is not noticed after the confirmation if nothing is started', async () => {
    const service: Service = await startService({
      onHello: ({ socket }) => {
        socket.send(JSON.stringify({ session: 'session-1' }), () => service.die());
      },
    });
    const result = await runBinary(['test', '--mode', 'connect', '--json'], {
      env: envFor(service),
    });
    expect(result.code).toBe(0);
    expect(service.counts).toEqual({ mints: 1, reads: 0, upgrades: 1, starts: 0 });
    await service.close();
  });

  it('makes vstoken test fail after the confirmation, whether or not it has sent the start', async () => {
    const service: Service = await startService({
      onHello: ({ socket }) => {
        socket.send(JSON.stringify({ session: 'session-1' }), () => service.die());
      },
    });
    const result = await runBinary(['test', '--json'], { env: envFor(service) });
    expect(result.code).toBe(6);
    expect(['closed_early', 'connection_reset']).toContain(errorIn(result).code);
    expect(service.counts.starts).toBeLessThanOrEqual(1);
    expect(service.counts.upgrades).toBe(1);
    await service.close();
  });
});

/** Starts a sandbox in its own process, so that a test can kill it. */
async function spawnSandbox(...args: string[]) {
  const server = startBinary(['sandbox', '--port', '0', '--json', ...args]);
  const [line] = await server.untilOut(/^.*\n/);
  const { url, api_key: apiKey } = JSON.parse(line);
  return { server, env: envFor({ url, apiKey }) };
}

describe('S47 killing the sandbox', () => {
  it('makes mint and test fail with connection_refused if they have sent no request yet', async () => {
    const { server, env } = await spawnSandbox();
    server.child.kill('SIGKILL');
    expect((await server.done).signal).toBe('SIGKILL');
    for (const command of ['mint', 'test']) {
      const result = await runBinary([command, '--json'], { env });
      expect(result.code).toBe(6);
      expect(errorIn(result)).toMatchObject({ code: 'connection_refused', exit: 6 });
    }
  });

  it('makes vstoken test fail before the confirmation', async () => {
    const { server, env } = await spawnSandbox('--fail', 'session:never-confirm');
    const client = startBinary(['test', '--json'], { env });
    await server.untilErr(/"path":"\/async\/transcribe\/url","status":101/);
    server.child.kill('SIGKILL');
    const result = await client.done;
    expect(result.code).toBe(6);
    expect(['closed_early', 'connection_reset']).toContain(errorIn(result).code);
  });

  it('makes vstoken test fail during a transcription, and nothing is started again', async () => {
    let fetches = 0;
    const { server, env } = await spawnSandbox();
    const audio = createServer(() => {
      // At this moment the sandbox downloads the audio, and the client waits for the sandbox.
      fetches += 1;
      server.child.kill('SIGKILL');
    });
    const port = await listen(audio);
    const result = await runBinary(['test', `http://127.0.0.1:${port}/a.wav`, '--json'], { env });
    expect(result.code).toBe(6);
    expect(errorIn(result)).toMatchObject({ code: 'closed_early', exit: 6 });
    expect(fetches).toBe(1);
    const { err } = await server.done;
    expect(err.match(/"message":"session \S+ started"/g)).toHaveLength(1);
    await new Promise((resolve) => audio.close(resolve));
  });
});
