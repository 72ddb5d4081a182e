import { describe, expect, test } from 'vitest';
import { createFaults, FAULTS, parseFaults } from '../../src/sandbox/faults';
import { startSandbox } from '../../src/sandbox/index';
import { run } from '../support/run';
import {
  call,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  sandbox,
  type TestSandbox,
  urlTarget,
} from './support';

const clip = (server: TestSandbox) => urlTarget(`${server.url}/sandbox/clip.wav`);
const mint = (server: TestSandbox, authorization = KEY) =>
  call(server.url, '/security/generate-token', { authorization });

describe('the text of a fault', () => {
  test.each([
    'mint:503',
    'mint:429:retry-after=2',
    'mint:400*3',
    'mint:429:retry-after=2*1',
    'session:never-confirm',
    'session:close*2',
    'stream:close',
    'transcribe:error',
    'transcribe:nothing',
    'transcribe:duration-guard',
    'version:discontinued',
    'version:missing',
    'version:low',
    'version:newer*999999',
    'read:500',
    'read:429:retry-after=2*2@0.5',
    'connect:refuse',
    'connect:503*1',
    'stream:stall',
    'stream:garbage@0.001',
    'body:truncate',
    'body:stall',
    'body:garbage*2',
    'body:huge@1',
    'redirect',
    'redirect*1@0.5',
    'token:expired*3',
    'token:spent',
    'clock:+1h',
    'clock:-10m',
    'clock:+99999s',
    'promise:one-time-once',
    'mint:503@0',
    'mint:503@.5',
    'mint:503@1.0',
  ])('%s is valid', (spec) => {
    expect(parseFaults([spec])).toHaveLength(1);
  });

  test('every kind is valid as the list shows it, with values for the words in capitals', () => {
    for (const { spec } of FAULTS) {
      const plain = spec
        .replace('STATUS', '503')
        .replace('SECONDS', '1')
        .replace('OFFSET', '+1h')
        .replace('ID', 'reusable');
      for (const given of [plain.replace(/\[.*\]/, ''), plain.replace(/[[\]]/g, '')]) {
        const [point, action = ''] = spec.split(/[:[]/);
        expect(parseFaults([given])).toMatchObject([{ point, action }]);
      }
    }
  });

  test('the text says what fails, how often and with which probability', () => {
    expect(parseFaults(['mint:429:retry-after=2*3@0.25', 'redirect', 'clock:-10m'])).toEqual([
      {
        point: 'mint',
        action: 'STATUS',
        values: { STATUS: '429', SECONDS: '2' },
        times: 3,
        probability: 0.25,
        text: 'mint:429:retry-after=2',
      },
      {
        point: 'redirect',
        action: '',
        values: {},
        times: Number.POSITIVE_INFINITY,
        probability: 1,
        text: 'redirect',
      },
      {
        point: 'clock',
        action: 'OFFSET',
        values: { OFFSET: '-10m' },
        times: Number.POSITIVE_INFINITY,
        probability: 1,
        text: 'clock:-10m',
      },
    ]);
  });

  test.each([
    '',
    'mint',
    'mint:',
    'mint:STATUS',
    'mint:200',
    'mint:399',
    'mint:600',
    'mint:5030',
    'mint:never-confirm',
    'mint:503*0',
    'mint:503*',
    'mint:503*-1',
    'mint:503*2*3',
    'mint:503:retry-after',
    'mint:503:retry-after=',
    'mint:503:retry-after=soon',
    'mint:503:retry-after=1:retry-after=2',
    'mint:503:unknown=1',
    'mint:503:__proto__=1',
    'session:503',
    'session:close:retry-after=1',
    'constructor:503',
    'mint:503@',
    'mint:503@2',
    'mint:503@1.1',
    'mint:503@-0.5',
    'mint:503@1e-3',
    'mint:503@50%',
    'mint:503@0.5*2',
    'mint:503@0.5@0.5',
    'mint:503\n',
    'Mint:503',
    'read',
    'read:200',
    'read:refuse',
    'connect:200',
    'connect:503:retry-after=1',
    'stream:garbage:retry-after=1',
    'body:503',
    'redirect:',
    'redirect:302',
    'token:unknown',
    'clock',
    'clock:1h',
    'clock:+1',
    'clock:+1d',
    'clock:+1.5h',
    'clock:+1h*0',
    'clock:OFFSET',
    'secret-canary',
  ])('%j is rejected with the list of faults, and not quoted', (spec) => {
    expect(() => parseFaults(['mint:503', spec])).toThrow(
      expect.objectContaining({
        code: 'invalid_value',
        message: expect.stringMatching(/^Unknown fault\. The faults are: mint:STATUS.*$/),
        hint: expect.stringContaining('vstoken sandbox --help'),
      }),
    );
    try {
      parseFaults([spec]);
    } catch (error) {
      for (const fault of FAULTS) expect(String(error)).toContain(fault.spec);
      expect(String(error)).not.toContain('secret-canary');
    }
  });

  test.each(['clock:+1h*2', 'clock:+1h@0.5', 'clock:+1h*1@1'])(
    '%s is rejected, because this fault cannot have a count or a probability',
    (spec) => {
      expect(() => parseFaults([spec])).toThrow(
        expect.objectContaining({
          code: 'invalid_value',
          message: 'clock:OFFSET cannot have a count or a probability.',
        }),
      );
    },
  );

  test('every fault has a summary of one line', () => {
    for (const fault of FAULTS) expect(fault.summary).toMatch(/^[^\n]{10,60}$/);
    const specs = FAULTS.map(({ spec }) => spec);
    expect(specs).toEqual([...new Set(specs)]);
  });

  test('sandbox --help lists every fault with its summary', async () => {
    const { code, out } = await run('sandbox --help');
    expect(code).toBe(0);
    const words = out.replace(/\s+/g, ' ');
    for (const { spec, summary } of FAULTS) expect(words).toContain(` ${spec} ${summary}`);
  });
});

describe('the probability of a fault', () => {
  /** Returns a replacement for Math.random. It returns these fractions in order, and then throws an error. */
  const fractions = (...given: number[]) => {
    const left = [...given];
    const random = () => {
      const next = left.shift();
      if (next === undefined) throw new Error('asked for one too many');
      return next;
    };
    return { random, left };
  };

  test('a fault occurs if the random number is below its probability', async () => {
    const { random, left } = fractions(0.19, 0.2, 0, 0.999);
    const server = await sandbox({ faults: ['mint:503@0.2'], random });
    const statuses = [];
    for (let round = 0; round < 4; round += 1) statuses.push((await mint(server)).status);
    expect(statuses).toEqual([503, 200, 503, 200]);
    expect(left).toEqual([]);
  });

  test('a count limits how often the fault occurs, and then no random numbers are used', async () => {
    const { random, left } = fractions(0.7, 0.1, 0.6, 0.4);
    const server = await sandbox({ faults: ['mint:503*2@0.5'], random });
    const statuses = [];
    for (let round = 0; round < 6; round += 1) statuses.push((await mint(server)).status);
    expect(statuses).toEqual([200, 503, 200, 503, 200, 200]);
    expect(left).toEqual([]);
  });

  test('the next fault can occur if this one does not', async () => {
    const { random } = fractions(0.9, 0.1, 0.9);
    const server = await sandbox({ faults: ['mint:500@0.5', 'mint:502'], random });
    const statuses = [];
    for (let round = 0; round < 3; round += 1) statuses.push((await mint(server)).status);
    expect(statuses).toEqual([502, 500, 502]);
  });

  test('a fault with 0 never occurs, and with 1 always; without a probability, no random number is used', () => {
    const { random } = fractions(0, 0, 0);
    const never = createFaults(parseFaults(['mint:503@0']), random);
    expect([never.take('mint'), never.take('mint'), never.take('mint')]).toEqual([
      null,
      null,
      null,
    ]);
    const always = createFaults(parseFaults(['read:500@1', 'redirect']), random);
    expect(always.take('read')).toMatchObject({ action: 'STATUS' });
    expect(always.take('redirect')).not.toBeNull();
  });

  test('the library has a default random function', async () => {
    const server = await startSandbox({ faults: ['mint:503@0.5'] });
    try {
      const statuses = new Set<number>();
      // By chance, this test fails once in 2^64 runs.
      for (let round = 0; round < 65 && statuses.size < 2; round += 1) {
        const reply = await call(server.url, '/security/generate-token', {
          authorization: server.apiKey,
        });
        statuses.add(reply.status);
      }
      expect(statuses).toEqual(new Set([200, 503]));
    } finally {
      await server.close();
    }
  });

  test('the library accepts a random function of the caller', async () => {
    const server = await startSandbox({ faults: ['redirect@0.5'], random: () => 0.5 });
    try {
      const reply = await call(server.url, '/polyglot', { authorization: server.apiKey });
      expect(reply.status).toBe(200);
    } finally {
      await server.close();
    }
  });
});

describe('the fault mint', () => {
  test('a status with a count is sent that many times, and then minting works', async () => {
    const server = await sandbox({ faults: ['mint:503*2'] });
    const statuses = [];
    for (let round = 0; round < 3; round += 1) statuses.push((await mint(server)).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(server.stats().mints).toBe(1);
  });

  test('a status without a count is always sent, with Retry-After if the fault has it', async () => {
    const server = await sandbox({ faults: ['mint:429:retry-after=2'] });
    for (let round = 0; round < 3; round += 1) {
      const reply = await mint(server);
      expect([reply.status, reply.headers['retry-after']]).toEqual([429, '2']);
      expect(reply.json).toMatchObject({ status: 'error', data: null, http_code: 429 });
    }
  });

  test('several faults occur one after the other, and only if the credential may mint', async () => {
    const server = await sandbox({ faults: ['mint:500*1', 'mint:502*1'] });
    expect((await mint(server, 'wrong')).status).toBe(401);
    expect((await mint(server)).status).toBe(500);
    expect((await mint(server)).status).toBe(502);
    const token = await mintBearer(server);
    expect((await mint(server, token)).status).toBe(403);
  });
});

describe('the fault session', () => {
  test('session:never-confirm sends nothing, and the token is spent', async () => {
    const server = await sandbox({ faults: ['session:never-confirm*1'] });
    const token = await mintBearer(server);
    const silent = await openSocket(server, clip(server));
    silent.send(hello(token, clip(server)));
    const next = silent.next();
    const after = await openSession(server, clip(server));
    after.start();
    await after.socket.until('done');
    silent.send('{');
    silent.close();
    await expect(next).rejects.toThrow('closed with 1005');
    const spent = await call(server.url, '/transcriptions', { authorization: token });
    expect(spent.status).toBe(401);
    expect(server.stats()).toMatchObject({ sessions: 1, starts: 1 });
  });

  test('session:close ends the connection after the first message', async () => {
    const server = await sandbox({ faults: ['session:close*1'] });
    const socket = await openSocket(server, clip(server));
    socket.send(hello(KEY, clip(server)));
    await expect(socket.next()).rejects.toThrow('closed with 1011');
    expect(server.stats().sessions).toBe(0);
    await openSession(server, clip(server));
  });

  test('a refused credential is still refused', async () => {
    const server = await sandbox({ faults: ['session:close'] });
    const socket = await openSocket(server, clip(server));
    socket.send(hello('wrong', clip(server)));
    expect(await socket.next()).toMatchObject({ http_code: 401 });
  });
});

describe('faults of running work', () => {
  test('stream:close ends the connection midway, and the work continues', async () => {
    const server = await sandbox({ faults: ['stream:close*1'] });
    const { socket, session, start } = await openSession(server, clip(server));
    start();
    expect((await socket.next()).status).toBe('waiting');
    expect((await socket.next()).status).toBe('processing');
    await expect(socket.next()).rejects.toThrow('closed with 1011');
    const read = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
    expect(read.json.data.status).toBe('done');
    const again = await openSession(server, clip(server));
    again.start();
    await again.socket.until('done');
  });

  test('transcribe:error sends an error after some of the text', async () => {
    const server = await sandbox({ faults: ['transcribe:error*1'] });
    const { socket, start } = await openSession(server, clip(server));
    start();
    const messages = await socket.until('error');
    expect(messages.at(-2).data.timeline).toHaveLength(1);
    expect(messages.at(-1)).toMatchObject({ http_code: 500, data: { status: 'error' } });
    expect(await socket.closed).toBe(1011);
    const again = await openSession(server, clip(server));
    again.start();
    await again.socket.until('done');
  });

  test('transcribe:nothing finishes without any text', async () => {
    const server = await sandbox({ faults: ['transcribe:nothing'] });
    const { socket, start } = await openSession(server, clip(server));
    start();
    expect((await socket.until('done')).at(-1).data.timeline).toEqual([]);
  });

  test('transcribe:duration-guard rejects audio of any duration', async () => {
    const server = await sandbox({ faults: ['transcribe:duration-guard'] });
    const { socket, start } = await openSession(server, clip(server));
    start();
    expect((await socket.until('error')).at(-1)).toMatchObject({
      http_code: 422,
      error: 'audio does not have the duration that duration_s demands',
    });
  });

  test.each([
    ['transcribe:error', 'error'],
    ['transcribe:nothing', 'done'],
  ])('%s also affects live audio', async (fault, status) => {
    const server = await sandbox({ faults: [fault] });
    const { socket, session, start } = await openSession(server, '/async/live/transcribe?x=1');
    start();
    await socket.next();
    socket.send(Buffer.from('audio'));
    socket.send({ stop: true, session });
    expect((await socket.until(status)).at(-1).data.timeline).toEqual([]);
  });
});

describe('faults of the API version', () => {
  test.each([
    ['version:discontinued', '1.1.0', '1'],
    ['version:missing', undefined, undefined],
    ['version:low', '1.0.0', undefined],
    ['version:newer', '2.0.0', undefined],
  ])('%s changes the version headers of its answers', async (fault, version, discontinued) => {
    const server = await sandbox({ faults: [`${fault}*2`] });
    for (const path of ['/transcriptions', '/no/such/path', '/polyglot']) {
      const isFaulty = path !== '/polyglot';
      const { headers } = await call(server.url, path, { authorization: KEY });
      expect([headers['x-api-version'], headers['x-api-version-discontinued']]).toEqual(
        isFaulty ? [version, discontinued] : ['1.1.0', undefined],
      );
    }
  });
});
