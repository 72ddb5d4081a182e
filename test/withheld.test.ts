import { describe, expect, it } from 'vitest';
import type { Context } from '../src/context/context';
import type { Probes } from '../src/context/probes';
import { mintToken } from '../src/index';
import { startOwnProxy } from './e2e/support/proxies';
import { type Hooks, type Peer, sendJson, startService } from './e2e/support/service';
import { afterEachFile } from './support/cleanup';
import { startQuotingProxy } from './support/quoting-service';
import { type RunOptions, type RunResult, run } from './support/run';
import { newConfigDir } from './support/stored';

const KEY = 'ZebraKey5d2Q8xB41zVw5end';
const TOKEN = 'OtterTokenRw8Wn3D4xQ7fin';
const SIGNATURE = 'LynxSignature7Jq3Xv8Nb';
const AUDIO = `https://someone.important:${SIGNATURE}@example.com/a.wav?signature=${SIGNATURE}`;
const WITHHELD = '(withheld: it contains a secret)';

const services: { close(): Promise<unknown> }[] = [];
afterEachFile(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function runWith(
  line: string,
  hooks: Hooks,
  { env, ...options }: RunOptions = {},
): Promise<RunResult> {
  const service = await startService({ token: TOKEN, ...hooks });
  services.push(service);
  const own = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY };
  return run(line, { env: { ...own, ...env }, configDir: newConfigDir(), ...options });
}

const refusing = (code: number, error: string): Hooks => ({
  onMint: (response) => sendJson(response, code, { status: 'error', error }),
});

const saying = (id: string, ...texts: readonly string[]): Hooks => ({
  onStart({ send }: Peer) {
    const timeline = texts.map((text, at) => ({ start: at, end: at + 1, text }));
    send({ status: 'done', data: { id, status: 'done', timeline } });
  },
});

describe('S61 a text of the service that contains a secret is withheld, and no other', () => {
  it('in the message of an error', async () => {
    const { error } = await runWith('mint --json', refusing(401, `no key ${KEY}`));
    expect(error()).toMatchObject({
      code: 'key_refused',
      message: expect.stringMatching(
        /does not accept the API key\. The service says: \(withheld: /,
      ),
      hint: expect.stringContaining('Check that the key is complete'),
      http_status: 401,
    });
  });

  it('in the message of an error that is only the two ends of the key', async () => {
    const ends = `${KEY.slice(0, 4)}…${KEY.slice(-4)}`;
    const { err } = await runWith('mint', refusing(401, ends));
    expect(err).toContain('The service says: (withheld: it contains a secret)');
    expect(err).not.toContain(ends);
  });

  it('in the message of a refused token, if it repeats the key', async () => {
    const onRead: Hooks['onRead'] = (response) =>
      sendJson(response, 401, { status: 'error', error: `minted by ${KEY}` });
    const { error } = await runWith('test --mode read --json', { onRead });
    expect(error().message).toMatch(/The service says: \(withheld: it contains a secret\)$/);
  });

  it('in the reason of a closed connection', async () => {
    const onHello = ({ socket }: Peer) => socket.close(3000, `no ${KEY}`);
    const { error } = await runWith('test --mode connect --json', { onHello });
    expect(error().message).toContain(
      `closed the connection with code 3000 and the reason "${WITHHELD}".`,
    );
  });

  it('in the code of a failure that is not an HTTP status', async () => {
    const key = '1234567890123456';
    const onHello = ({ send }: Peer) => send({ status: 'error', http_code: Number(key) });
    const env = { VOCALSTACK_API_KEY: key };
    const { err, out } = await runWith('test --mode connect --json', { onHello }, { env });
    expect(err).toContain('session_not_confirmed');
    expect(out + err).not.toContain(key);
  });

  it('in a transcript, after --expect was compared with it', async () => {
    const line = `test ${AUDIO} --expect "brown fox" --json --report html=/t.html`;
    const hooks = saying('id-1', `a brown fox, ${KEY}`, 'and more');
    const { code, json, files } = await runWith(line, hooks);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ ok: true, transcription: { id: 'id-1', text: WITHHELD } });
    expect(files['/t.html']).toContain(WITHHELD);
    expect(files['/t.html']).not.toContain('and more');
    const missed = await runWith(line.replace('brown', 'red'), hooks);
    expect(missed.error().code).toBe('expectation_not_met');
  });

  it.each([
    ['the token', TOKEN],
    ['the user of the URL', 'SOMEONE-IMPORTANT'],
    ['the signature', SIGNATURE],
  ])('in the ID of a transcription that is %s', async (_, id) => {
    const { json } = await runWith(`test ${AUDIO} --json`, saying(id, 'hello'));
    expect(json()).toMatchObject({ transcription: { id: WITHHELD, text: 'hello' } });
  });

  it('in segments that arrive in parts, from the part that completes a secret', async () => {
    const pieces = ['a', KEY.slice(0, 9), KEY.slice(9, 18), KEY.slice(18)];
    const { out } = await runWith(`test ${AUDIO} --follow --json`, saying('id-1', ...pieces));
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const segments = lines.filter(({ type }) => type === 'segment');
    expect(segments.map(({ text }) => text)).toEqual(pieces.map(() => WITHHELD));
  });

  it('in all keywords, if they are parts of a secret', async () => {
    const onStart = ({ send }: Peer) => {
      const timeline = [{ start: 0, end: 1, text: 'hello' }];
      const keywords = KEY.match(/.{1,6}/g);
      send({ status: 'done', data: { id: 'id-1', status: 'done', timeline, keywords } });
    };
    const { json } = await runWith(`test ${AUDIO} --json`, { onStart });
    const { keywords } = json<{ transcription: { keywords: string[] } }>().transcription;
    expect(new Set(keywords)).toEqual(new Set([WITHHELD]));
  });

  it('but not if the text only shares words with a secret', async () => {
    const env = { VOCALSTACK_API_KEY: 'the-api-key-of-staging' };
    const { error } = await runWith('mint --json', refusing(401, 'the API key of what?'), { env });
    expect(error().message).toContain('The service says: "the API key of what?"');
  });

  it('but not if the text repeats a value of less than 12 characters', async () => {
    const env = { VOCALSTACK_API_KEY: 'short-key-1' };
    const { error } = await runWith('mint --json', refusing(401, 'no short-key-1'), { env });
    expect(error().message).toContain('says: "no short-key-1"');
  });

  it('but not if it is a time that is also in a presigned URL', async () => {
    const time = '20261124T100000Z';
    const url = `https://example.com/a.wav?X-Amz-Date=${time}&X-Amz-Signature=${SIGNATURE}`;
    const { json } = await runWith(`test ${url} --json`, saying(time, 'hello'));
    expect(json()).toMatchObject({ transcription: { id: time } });
  });

  it("but not if it is a home folder with the name of a proxy's user", async () => {
    const HOME = '/home/maximilian.mustermann';
    const http_proxy = 'http://maximilian.mustermann:a-password-of-it@127.0.0.1:9';
    const env = { HOME, http_proxy, VOCALSTACK_API_SERVER: 'http://127.0.0.1:9' };
    const configDir = `${HOME}/.config/vstoken`;
    expect((await run('config path', { env, configDir })).out).toBe(`${configDir}/config.json\n`);
  });

  it('and every text is withheld if the check is not possible', async () => {
    const context = (built: Context): Context => ({
      ...built,
      secrets: { ...built.secrets, isEmpty: false, load: () => Promise.reject(new Error(KEY)) },
    });
    const { err, out } = await runWith('mint --json --verbose', refusing(401, 'no'), { context });
    expect(out).toBe('');
    expect(err.split('\n').filter(Boolean)).toHaveLength(1);
    expect(JSON.parse(err).error).toMatchObject({ code: 'internal_error', message: WITHHELD });
  });

  it('also if the check cannot be loaded because too many files are open', async () => {
    const shortage = Object.assign(new Error(KEY), { code: 'EMFILE' });
    const context = (built: Context): Context => ({
      ...built,
      http: { ...built.http, send: () => Promise.reject(shortage) },
      secrets: { ...built.secrets, isEmpty: false, load: () => Promise.reject(shortage) },
    });
    const few = await runWith('mint --json', {}, { context });
    expect(few.error()).toEqual({
      code: 'too_many_open_files',
      message: 'Too many open files and connections.',
      hint: 'The limit of open files is too low. Raise the limit: ulimit -n 1024',
      exit: 3,
    });
    const other = await runWith('mint --api-server http://x --json', {}, { context });
    expect(other.error()).toMatchObject({
      code: 'insecure_server',
      message: `The error cannot be shown: ${few.error().message}`,
      hint: few.error().hint,
    });
  });

  it('but not the requested token, nor the fingerprint of a key', async () => {
    expect((await runWith('mint', {})).out).toBe(`${TOKEN}\n`);
    expect((await runWith('mint --json', {})).json()).toMatchObject({ token: TOKEN });
    const login = await runWith('login --with-key --store plaintext --json', {}, { stdin: KEY });
    expect(login.json()).toMatchObject({ fingerprint: expect.stringMatching(/^\w+$/) });
  });

  it('and a token that is the key is an error', async () => {
    const { code, out, error } = await runWith('mint --json', { token: `x${KEY}` });
    expect({ code, out, error: error().code }).toEqual({
      code: 7,
      out: '',
      error: 'invalid_response',
    });
  });

  it('also in errors that the library throws', async () => {
    const service = await startService(refusing(401, `no key ${KEY}`));
    services.push(service);
    const minting = mintToken({ apiKey: KEY, apiServer: service.url });
    await expect(minting).rejects.toThrow(/The service says: \(withheld: it contains a secret\)$/);
  });

  it('also in a text of 1 MiB', async () => {
    const text = 'Zebr... '.repeat(2 ** 17 - 100);
    const { json } = await runWith(`test ${AUDIO} --json`, saying('id-1', text));
    expect(json<{ transcription: { text: string } }>().transcription.text).toBe(text.trim());
  });
});

const PASSWORD = 'HeronProxyPw6Hk9Zt2Lm';

describe('S61 the password of a proxy is never shown', () => {
  const env = (proxy: string) => ({
    VOCALSTACK_PROXY_LOOPBACK: '1',
    http_proxy: `http://someone:${PASSWORD}@${proxy}`,
  });

  it.each([407, 403, 502])(
    'if the proxy quotes it when it refuses a tunnel (%d)',
    async (status) => {
      const proxy = await startQuotingProxy(status, () => `Basic no ${PASSWORD}`);
      services.push(proxy);
      const { code, out, err } = await runWith('doctor --verbose', {}, { env: env(proxy.host) });
      expect(code).toBe(3);
      expect(out + err).not.toContain(PASSWORD);
    },
  );

  it('if the server quotes it before any key was sent', async () => {
    const onMint: Hooks['onMint'] = (response) =>
      response.writeHead(401, { 'x-api-version': PASSWORD }).end('{"status":"error"}');
    const service = await startService({ onMint });
    const proxy = await startOwnProxy(Number(new URL(service.url).port));
    services.push(proxy, service);
    const { json } = await run('doctor --json', {
      env: { ...env(proxy.host), VOCALSTACK_API_SERVER: service.url },
    });
    expect(json()).toMatchObject({ versions: { api: WITHHELD } });
  });

  it("if a certificate's issuer contains it", async () => {
    const probes = (real: Probes): Probes => ({
      ...real,
      lookUp: async () => ['192.0.2.1'],
      reach: async () => undefined,
      agreeOnTls: async () => ({
        ...{ protocol: 'TLSv1.3', issuer: `CN of ${PASSWORD}` },
        ...{ expiresAt: Number.NaN, distrust: null },
      }),
    });
    const named = { ...env('127.0.0.1:9'), https_proxy: `http://a:${PASSWORD}@127.0.0.1:9` };
    const { out, files } = await run(
      'doctor --api-server https://example.com --output /doctor.txt',
      {
        env: named,
        probes,
      },
    );
    expect(out).toContain(WITHHELD);
    expect(out + files['/doctor.txt']).not.toContain(PASSWORD);
  });
});
