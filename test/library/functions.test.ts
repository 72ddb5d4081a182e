import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import {
  isTokenError,
  type MintTokenOptions,
  mintToken,
  type TestTokenOptions,
  testToken,
} from '../../src/index';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { startService } from '../e2e/support/service';
import { closedPort, json, startFaultServer } from '../support/fault-server';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const here = () => ({ apiKey: sandbox.apiKey, apiServer: sandbox.url });

/** Returns the code of the error with which a promise rejects. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  );
  if (!isTokenError(error)) throw error;
  expect(error.message).not.toBe('');
  return error.code;
}

describe('mintToken', () => {
  it('rejects a SOCKS proxy, and names the variable, because SOCKS code would enlarge every bundle', async () => {
    process.env['ALL_PROXY'] = 'socks5h://127.0.0.1:1';
    process.env['VOCALSTACK_PROXY_LOOPBACK'] = '1';
    try {
      const error = await mintToken(here()).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'proxy_invalid',
        message: expect.stringContaining('ALL_PROXY names a SOCKS proxy'),
        hint: expect.stringContaining('NO_PROXY'),
      });
    } finally {
      delete process.env['ALL_PROXY'];
      delete process.env['VOCALSTACK_PROXY_LOOPBACK'];
    }
  });

  it('mints the most restricted token by default, and returns its properties', async () => {
    const before = Date.now();
    const minted = await mintToken(here());
    expect(minted).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      access: 'readonly',
      lifetimeS: 10,
      oneTime: true,
      issuedAt: expect.any(Date),
      expiresAt: new Date(minted.issuedAt.getTime() + 10_000),
    });
    expect(minted.issuedAt.getTime()).toBeGreaterThanOrEqual(before);
    const read = await fetch(`${sandbox.url}/transcriptions`, {
      headers: { authorization: `Bearer ${minted.token}` },
    });
    expect(read.status).toBe(200);
  });

  it('sends its name and version to the server', async () => {
    const server = await startFaultServer([json({ status: 'done', data: 'token-1' })]);
    await mintToken({ apiKey: 'some-key', apiServer: server.origin });
    const name = `vstoken/${version} node/${process.versions.node}`;
    expect(server.requests[0]?.headers['user-agent']).toBe(name);
    await server.close();
  });

  it('mints a token with the given options', async () => {
    const wanted = { access: 'readwrite', lifetimeS: 120, oneTime: false } as const;
    const { token, ...about } = await mintToken({ ...here(), ...wanted });
    expect(about).toMatchObject(wanted);
    for (let count = 0; count < 2; count += 1) {
      expect(await testToken({ token, mode: 'connect', apiServer: sandbox.url })).toMatchObject({
        mode: 'connect',
      });
    }
  });

  it.each([
    [{ apiKey: '' }, 'key_empty'],
    [{ apiKey: undefined }, 'key_empty'],
    [{ apiKey: 'two words' }, 'key_malformed'],
    [{ apiKey: 'another' }, 'key_refused'],
    [{ access: 'admin' }, 'invalid_value'],
    [{ lifetimeS: 0 }, 'invalid_value'],
    [{ lifetimeS: 121 }, 'invalid_value'],
    [{ lifetimeS: 1.5 }, 'invalid_value'],
    [{ lifetimeS: '10' }, 'invalid_value'],
    [{ oneTime: 'false' }, 'invalid_value'],
    [{ timeoutMs: 0 }, 'invalid_value'],
    [{ apiServer: 'nope' }, 'invalid_server'],
    [{ apiServer: 'http://host.invalid' }, 'insecure_server'],
  ])('throws for %j: %s', async (options, code) => {
    const before = sandbox.stats().mints;
    expect(await codeOf(mintToken({ ...here(), ...options } as MintTokenOptions))).toBe(code);
    expect(sandbox.stats().mints).toBe(before);
  });

  it('reads no key from the environment', async () => {
    process.env['VOCALSTACK_API_KEY'] = sandbox.apiKey;
    try {
      const options = { apiServer: sandbox.url } as MintTokenOptions;
      expect(await codeOf(mintToken(options))).toBe('key_empty');
    } finally {
      delete process.env['VOCALSTACK_API_KEY'];
    }
  });

  it('throws with the code of the failure', async () => {
    const apiServer = `http://127.0.0.1:${await closedPort()}`;
    expect(await codeOf(mintToken({ apiKey: 'a-key', apiServer }))).toBe('connection_refused');
    const silent = await startService({ onMint: () => undefined });
    const waiting = { apiKey: 'a-key', apiServer: silent.url };
    expect(await codeOf(mintToken({ ...waiting, timeoutMs: 50 }))).toBe('timeout');
    await silent.close();
  });

  it('throws the reason of its signal', async () => {
    const silent = await startService({ onMint: () => undefined });
    const controller = new AbortController();
    const reason = new Error('enough');
    const options = { apiKey: 'a-key', apiServer: silent.url, signal: controller.signal };
    const minting = mintToken(options);
    const ended = expect(minting).rejects.toBe(reason);
    await silent.until(() => silent.counts.mints === 1);
    controller.abort(reason);
    await ended;
    await expect(mintToken(options)).rejects.toBe(reason);
    expect(silent.counts.mints).toBe(1);
    await silent.close();
  });

  it('leaves no connection open', async () => {
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    // The server never closes its connections, so the library must close them.
    const server = await startFaultServer([
      (socket, request) => {
        socket.on('close', close);
        json({ status: 'done', data: 'token-1' })(socket, request);
      },
    ]);
    expect((await mintToken({ apiKey: 'a-key', apiServer: server.origin })).token).toBe('token-1');
    await closed;
    await server.close();
  });
});

describe('testToken', () => {
  const newToken = async (access: 'readonly' | 'readwrite' = 'readwrite') =>
    (await mintToken({ ...here(), access, lifetimeS: 60 })).token;

  it('lists transcriptions', async () => {
    const token = await newToken('readonly');
    expect(await testToken({ token, mode: 'read', apiServer: sandbox.url })).toEqual({
      mode: 'read',
      transcriptions: expect.any(Number),
    });
  });

  it('opens a session without starting it', async () => {
    const own = await startSandbox();
    const { token } = await mintToken({
      apiKey: own.apiKey,
      apiServer: own.url,
      access: 'readwrite',
    });
    expect(await testToken({ token, mode: 'connect', apiServer: own.url })).toEqual({
      mode: 'connect',
      session: expect.any(String),
    });
    expect(own.stats()).toMatchObject({ sessions: 1, starts: 0 });
    await own.close();
  });

  it('transcribes audio', async () => {
    const url = `${sandbox.url}/sandbox/clip.wav`;
    const options = {
      token: await newToken(),
      mode: 'transcribe',
      url,
      apiServer: sandbox.url,
    } as const;
    const result = await testToken(options);
    expect(result).toMatchObject({
      mode: 'transcribe',
      text: expect.stringMatching(/^A token is brief/),
    });
  });

  it.each([
    [{ token: '' }, 'no_token'],
    [{ token: undefined }, 'no_token'],
    [{ token: 'two words' }, 'token_malformed'],
    [{ token: 'unknown' }, 'token_refused'],
    [{ mode: 'sing' }, 'invalid_value'],
    [{ mode: undefined }, 'invalid_value'],
    [{ mode: 'transcribe' }, 'invalid_value'],
    [{ mode: 'transcribe', url: 'file:///etc/passwd' }, 'invalid_value'],
    [{ mode: 'transcribe', url: 'https://a.example/a.wav', maxDurationS: 0 }, 'invalid_value'],
    [{ mode: 'transcribe', url: 'https://a.example/a.wav', language: 'english' }, 'invalid_value'],
    [{ mode: 'transcribe', url: 'https://a.example/a.wav', language: 7 }, 'invalid_value'],
    [{ apiServer: 'http://host.invalid' }, 'insecure_server'],
  ])('throws for %j: %s', async (options, code) => {
    const all = { token: 'a', mode: 'connect', apiServer: sandbox.url, ...options };
    expect(await codeOf(testToken(all as TestTokenOptions))).toBe(code);
  });

  it('distinguishes a spent token from a missing access', async () => {
    const apiServer = sandbox.url;
    const token = await newToken();
    await testToken({ token, mode: 'read', apiServer });
    expect(await codeOf(testToken({ token, mode: 'read', apiServer }))).toBe('token_spent');
    const readonly = await newToken('readonly');
    const connecting = testToken({ token: readonly, mode: 'connect', apiServer });
    expect(await codeOf(connecting)).toBe('token_scope');
  });

  it('throws if no text is recognised', async () => {
    const own = await startSandbox({ faults: ['transcribe:nothing'] });
    const apiServer = own.url;
    const { token } = await mintToken({ apiKey: own.apiKey, apiServer, access: 'readwrite' });
    const url = `${apiServer}/sandbox/clip.wav`;
    const work = testToken({ token, mode: 'transcribe', url, apiServer });
    expect(await codeOf(work)).toBe('nothing_recognised');
    await own.close();
  });
});

describe('isTokenError', () => {
  it.each([new Error('x'), null, undefined, 'text', { code: 'key_refused' }])(
    'is false for %o',
    (value) => {
      expect(isTokenError(value)).toBe(false);
    },
  );
});
