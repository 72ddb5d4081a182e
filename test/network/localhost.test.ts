import { describe, expect, it } from 'vitest';
import { createTokenHandler, mintToken, testToken } from '../../src/index';
import { startSandbox } from '../../src/sandbox/index';
import {
  connectToOtherAddress,
  resolveToOtherAddress,
  startRecordingServer,
  startRefusingProxy,
} from '../support/other-address';
import { run } from '../support/run';

const KEY = 'localhost-key-canary-3fd1';
const TOKEN = 'localhost-token-canary-8ac2';
/** The first command uses REST, and the second command opens a session. */
const LINES = ['mint --json', 'test --use-token --mode connect --json'] as const;

/**
 * Starts a sandbox on 127.0.0.1, and a second server on the same port of another address. The second server must get no request.
 */
async function startBoth() {
  const sandbox = await startSandbox({ apiKey: KEY });
  const { port } = new URL(sandbox.url);
  const trap = await startRecordingServer(Number(port));
  const apiServer = `http://localhost:${port}`;
  const env = {
    VOCALSTACK_API_SERVER: apiServer,
    VOCALSTACK_API_KEY: KEY,
    VOCALSTACK_AUTH_TOKEN: TOKEN,
  };
  return { sandbox, trap, port: Number(port), apiServer, env };
}

const NOTHING = { connections: 0, text: '' };

describe('S65 localhost is always this machine, even if a lookup returns another address', () => {
  it('in requests and WebSockets', async () => {
    const { sandbox, trap, env } = await startBoth();
    const asked = resolveToOtherAddress();
    expect(await run('test --mode connect --json', { env })).toMatchObject({ code: 0 });
    expect(sandbox.stats()).toMatchObject({ mints: 1, sessions: 1 });
    expect({ asked, ...(await trap.seen()) }).toEqual({ asked: [], ...NOTHING });
    await sandbox.close();
  });

  it('in the library', async () => {
    const { sandbox, trap, apiServer } = await startBoth();
    const asked = resolveToOtherAddress();
    const { token } = await mintToken({ apiKey: KEY, apiServer, access: 'readwrite' });
    expect(await testToken({ token, apiServer, mode: 'connect' })).toMatchObject({
      mode: 'connect',
    });
    const handler = createTokenHandler({ apiKey: KEY, apiServer, authenticate: () => true });
    expect((await handler(new Request('http://localhost/token'))).status).toBe(200);
    expect({ asked, ...(await trap.seen()) }).toEqual({ asked: [], ...NOTHING });
    await sandbox.close();
  });

  it('as the host of a proxy, which gets a password', async () => {
    const proxy = await startRefusingProxy();
    const trap = await startRecordingServer(proxy.port);
    const asked = resolveToOtherAddress();
    const env = {
      VOCALSTACK_API_KEY: KEY,
      VOCALSTACK_AUTH_TOKEN: TOKEN,
      HTTPS_PROXY: `http://user:proxy-password@localhost:${proxy.port}`,
    };
    for (const line of LINES) {
      expect((await run(line, { env })).error().code).toBe('proxy_failed');
    }
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
    expect({ asked, ...(await trap.seen()) }).toEqual({ asked: [], ...NOTHING });
  });

  it('as the target that a proxy connects to', async () => {
    const proxy = await startRefusingProxy();
    const env = {
      VOCALSTACK_API_SERVER: 'http://localhost:8787',
      VOCALSTACK_API_KEY: KEY,
      VOCALSTACK_AUTH_TOKEN: TOKEN,
      VOCALSTACK_PROXY_LOOPBACK: '1',
      ALL_PROXY: `http://127.0.0.1:${proxy.port}`,
    };
    for (const line of LINES) {
      expect((await run(line, { env })).error().code).toBe('proxy_failed');
    }
    const targets = new Set(proxy.asked.map(({ target }) => target));
    expect([...targets]).toEqual(['127.0.0.1:8787', '[::1]:8787']);
  });

  it('in doctor', async () => {
    const { sandbox, trap, env } = await startBoth();
    const asked = resolveToOtherAddress();
    const { out } = await run('doctor --json', { env });
    const { checks } = JSON.parse(out);
    const observed = Object.fromEntries(
      checks.map((check: { id: string; observed: string }) => [check.id, check.observed]),
    );
    expect(observed['dns']).toBe('127.0.0.1 (IPv4), ::1 (IPv6)');
    expect({ asked, ...(await trap.seen()) }).toEqual({ asked: [], ...NOTHING });
    await sandbox.close();
  });
});

describe('S65 nothing is sent over plain http if the connection leads to another machine', () => {
  it.each(['localhost', '127.0.0.1'])('to the server %s', async (host) => {
    const trap = await startRecordingServer();
    connectToOtherAddress(trap.port);
    const env = {
      VOCALSTACK_API_SERVER: `http://${host}:${trap.port}`,
      VOCALSTACK_API_KEY: KEY,
      VOCALSTACK_AUTH_TOKEN: TOKEN,
    };
    for (const line of LINES) {
      const { error } = await run(line, { env });
      expect(error()).toMatchObject({ code: 'insecure_server', exit: 2 });
      expect(error().message).toContain(`${host}:${trap.port}`);
    }
    expect(await trap.seen(2)).toEqual({ connections: 2, text: '' });
  });

  it('to the proxy at localhost', async () => {
    const trap = await startRecordingServer();
    connectToOtherAddress(trap.port);
    const env = {
      VOCALSTACK_API_KEY: KEY,
      VOCALSTACK_AUTH_TOKEN: TOKEN,
      HTTPS_PROXY: `http://user:proxy-password@localhost:${trap.port}`,
    };
    for (const line of LINES) {
      const { error } = await run(line, { env });
      expect(error().code).toBe('proxy_failed');
      expect(error().message).toContain('leads to another machine');
    }
    expect((await trap.seen(2)).text).toBe('');
  });
});
