import { describe, expect, test } from 'vitest';
import {
  call,
  eventually,
  KEY,
  openSession,
  openSocket,
  sandbox,
  sendRaw,
  type TestSandbox,
  urlTarget,
} from './support';

const clip = (server: TestSandbox) => urlTarget(`${server.url}/sandbox/clip.wav`);

describe('the fault connect', () => {
  const upgrade = (server: TestSandbox) =>
    [
      `GET ${clip(server)} HTTP/1.1`,
      `Host: ${new URL(server.url).host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGVzdHRlc3R0ZXN0dGVzdA==',
      '',
      '',
    ].join('\r\n');

  test('connect:refuse closes the connection without sending a byte', async () => {
    const server = await sandbox({ faults: ['connect:refuse*2'] });
    expect(await sendRaw(server.url, upgrade(server))).toBe('');
    await expect(openSocket(server, clip(server))).rejects.toThrow('socket hang up');
    await openSession(server, clip(server));
    expect(
      server.lines.filter((line) => line.includes(' dropped by the injected fault ')),
    ).toHaveLength(2);
  });

  test('a status is the answer to the upgrade', async () => {
    const server = await sandbox({ faults: ['connect:503*2'] });
    const answer = await sendRaw(server.url, upgrade(server));
    expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*x-api-version: 1\.1\.0/);
    expect(answer).toContain('"http_code":503');
    await expect(openSocket(server, clip(server))).rejects.toThrow('HTTP 503');
    await openSession(server, clip(server));
  });

  test('a connection that is refused for another reason does not count', async () => {
    const server = await sandbox({ faults: ['connect:refuse*1'], limits: { sockets: 1 } });
    await expect(openSocket(server, '/nowhere')).rejects.toThrow('HTTP 404');
    await expect(openSocket(server, clip(server))).rejects.toThrow('socket hang up');
    await openSession(server, clip(server));
  });

  test('requests over REST are not affected', async () => {
    const server = await sandbox({ faults: ['connect:refuse', 'connect:503'] });
    expect((await call(server.url, '/polyglot', { authorization: KEY })).status).toBe(200);
  });
});

describe('stream:garbage', () => {
  test('sends a text that is not JSON midway, and the other messages after it', async () => {
    const server = await sandbox({ faults: ['stream:garbage*1'] });
    const { socket, start } = await openSession(server, clip(server));
    start();
    const messages = await socket.until('done');
    const texts = messages.filter((message) => typeof message === 'string');
    expect(texts).toEqual([expect.stringMatching(/^<p>/)]);
    expect(messages.indexOf(texts[0])).toBe(2);
    expect(messages.at(-1).data.timeline).toHaveLength(3);
    const again = await openSession(server, clip(server));
    again.start();
    const honest = await again.socket.until('done');
    expect(honest.filter((message) => typeof message === 'string')).toEqual([]);
  });

  test('sends its text before the last message at the latest', async () => {
    const server = await sandbox({ faults: ['stream:garbage'] });
    const { socket, start } = await openSession(server, urlTarget('http://127.0.0.1:1/a.wav'));
    start();
    const messages = await socket.until('error');
    expect(messages).toEqual([
      expect.objectContaining({ status: 'waiting' }),
      expect.any(String),
      expect.objectContaining({ status: 'error' }),
    ]);
  });
});

describe('stream:stall', () => {
  async function stalled(options: Parameters<typeof sandbox>[0] = {}) {
    const server = await sandbox({ faults: ['stream:stall*1'], ...options });
    const { socket, session, start } = await openSession(server, clip(server));
    await socket.ping();
    start();
    expect((await socket.next()).status).toBe('waiting');
    expect((await socket.next()).status).toBe('processing');
    const heard = { messages: 0, pongs: 0, closed: false };
    void socket.next().then(
      () => {
        heard.messages += 1;
      },
      () => {},
    );
    void socket.ping().then(() => {
      heard.pongs += 1;
    });
    void socket.closed.then(() => {
      heard.closed = true;
    });
    return { server, socket, session, heard };
  }

  test('sends nothing more, answers no ping and stays open, and the transcription continues', async () => {
    const { server, socket, session, heard } = await stalled();
    const status = async () => {
      const path = `/transcriptions/${session}`;
      return (await call(server.url, path, { authorization: KEY })).json.data.status;
    };
    await eventually(async () => (await status()) === 'done');
    socket.close();
    const other = await openSession(server, clip(server));
    other.start();
    await other.socket.until('done');
    for (let round = 0; round < 10; round += 1) await other.socket.ping();
    expect(heard).toEqual({ messages: 0, pongs: 0, closed: false });
    await server.close();
    await eventually(() => heard.closed);
    expect(server.clock.waiting()).toEqual([]);
  });

  test('also affects live audio, and ignores a stop', async () => {
    const server = await sandbox({ faults: ['stream:stall*1'] });
    const { socket, session, start } = await openSession(server, '/async/live/transcribe?x=1');
    start();
    expect((await socket.next()).status).toBe('processing');
    socket.send(Buffer.from('audio'));
    socket.send({ stop: true, session });
    expect((await socket.next()).status).toBe('stopping');
    const path = `/transcriptions/${session}`;
    await eventually(
      async () =>
        (await call(server.url, path, { authorization: KEY })).json.data.status === 'done',
    );
    let pongs = 0;
    void socket.ping().then(() => {
      pongs += 1;
    });
    const other = await openSession(server, clip(server));
    for (let round = 0; round < 10; round += 1) await other.socket.ping();
    expect(pongs).toBe(0);
  });

  test('closes the connection after ten minutes at the latest', async () => {
    const { server, heard } = await stalled({ limits: { sockets: 1 } });
    await expect(openSocket(server, clip(server))).rejects.toThrow('HTTP 503');
    await server.clock.advance(10 * 60_000 - 1);
    await expect(openSocket(server, clip(server))).rejects.toThrow('HTTP 503');
    expect(heard.closed).toBe(false);
    await server.clock.advance(1);
    await eventually(() => heard.closed);
    await openSession(server, clip(server));
  });
});
