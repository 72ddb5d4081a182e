import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index';
import { pretendNetwork } from './pretended-network';
import { KEY, page, sandbox, silence, transcribe, webServer } from './support';

const UNREACHABLE = [422, 'audio could not be fetched'];
const LABEL = '[sandbox: 1.0 s of audio, not transcribed]';

const to = (location: string) => (_: unknown, response: ServerResponse) => {
  response.writeHead(302, { location }).end();
};

const PAGES: Readonly<Record<string, RequestListener>> = {
  '/a.wav': page(silence(1)),
  '/a.txt': page('Found.', 'text/plain'),
};

const PRIVATE = [
  '10.0.0.5',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.1.1',
  '100.64.0.1',
  '100.127.255.254',
  '192.0.0.1',
  '198.18.0.1',
  '192.0.2.1',
  '203.0.113.9',
  'fd12::1',
  'fc00::1',
  'fec0::1',
  '2001:db8::1',
  '::ffff:10.0.0.5',
  '::ffff:192.168.1.1',
  '64:ff9b::10.0.0.5',
  '64:ff9b::100.64.0.1',
];

const NEVER = [
  '169.254.169.254',
  '169.254.0.1',
  'fe80::1',
  'febf::1',
  '::ffff:169.254.169.254',
  '64:ff9b::169.254.169.254',
  '0.0.0.0',
  '0.1.2.3',
  '::',
  '::ffff:0.0.0.0',
  '64:ff9b::127.0.0.1',
  '::127.0.0.1',
  '::ffff:0:127.0.0.1',
  '2002:7f00:1::',
  '2001::1',
  '64:ff9b:1::1',
  '100.100.100.200',
  '::ffff:100.100.100.200',
  '64:ff9b::100.100.100.200',
  'fd00:ec2::254',
  'fd20:ce::254',
  '192.0.0.192',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  'ff02::1',
];

const PUBLIC = [
  '9.9.9.9',
  '11.0.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.255.254',
  '100.128.0.1',
  '169.253.0.1',
  '2606:4700::1',
  '::ffff:9.9.9.9',
  '64:ff9b::9.9.9.9',
];

const LOOPBACK = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'];

const hostOf = (address: string) => (address.includes(':') ? `[${address}]` : address);

/** Transcribes audio from a host. Returns the result, and the addresses to which the sandbox connected. */
async function fetchFrom(
  host: string,
  names: Record<string, readonly string[]> = {},
  allowPrivateAudio = false,
  pages = PAGES,
) {
  const web = await webServer(pages);
  const answers = Object.fromEntries(
    Object.entries(names).map(([name, addresses]) => [name, [addresses]]),
  );
  const network = pretendNetwork(web, answers);
  const server = await sandbox({ audioNetwork: network, allowPrivateAudio });
  const { message, text } = await transcribe(server, `http://${host}/a.wav`);
  const { asked, reached } = network;
  const requests = web.seen.map(({ path }) => path);
  return { message, text, asked, reached, requests, lines: server.lines };
}

const REFUSED = { text: [], reached: [], requests: [] };
const FETCHED = { text: ['Found.'], requests: ['/a.wav', '/a.txt'] };

describe('S68 audio at an IP address', () => {
  test.each(PRIVATE)(
    'is fetched only with the option from the private address %s',
    async (address) => {
      const refused = await fetchFrom(hostOf(address));
      expect(refused).toMatchObject(REFUSED);
      expect([refused.message.http_code, refused.message.error]).toEqual(UNREACHABLE);
      expect(refused.lines.join('\n')).toContain('--allow-private-audio');
      expect(await fetchFrom(hostOf(address), {}, true)).toMatchObject(FETCHED);
    },
  );

  test.each(NEVER)('is never fetched from %s', async (address) => {
    for (const allowed of [false, true]) {
      expect(await fetchFrom(hostOf(address), {}, allowed)).toMatchObject(REFUSED);
    }
  });

  test.each(PUBLIC)('is always fetched from the public address %s', async (address) => {
    expect(await fetchFrom(hostOf(address))).toMatchObject(FETCHED);
  });

  test.each(['127.0.0.1', '127.9.9.9', '[::1]', 'localhost', '2130706433', '0x7f.1'])(
    'is always fetched from this machine, without a lookup: %s',
    async (host) => {
      const { asked, ...rest } = await fetchFrom(host, { localhost: ['9.9.9.9'] });
      expect(rest).toMatchObject(FETCHED);
      expect(rest.reached.join()).toMatch(/127\.|::1/);
      expect(asked).toEqual([]);
    },
  );

  test('is never fetched from [::ffff:127.0.0.1], another form of this machine', async () => {
    expect(await fetchFrom('[::ffff:127.0.0.1]', {}, true)).toMatchObject(REFUSED);
  });
});

describe('S68 audio at a host name', () => {
  const at = (...addresses: readonly string[]) => ({ 'audio.example': addresses });

  test.each(PRIVATE)(
    'is fetched only with the option if the name has the private address %s',
    async (address) => {
      expect(await fetchFrom('audio.example', at(address))).toMatchObject(REFUSED);
      expect(await fetchFrom('audio.example', at(address), true)).toMatchObject(FETCHED);
    },
  );

  test.each([...NEVER, ...LOOPBACK])(
    'is never fetched if the name has the address %s',
    async (address) => {
      for (const allowed of [false, true]) {
        expect(await fetchFrom('audio.example', at(address), allowed)).toMatchObject(REFUSED);
      }
    },
  );

  test('is fetched from the allowed address if the name has several addresses', async () => {
    const names = at('10.0.0.5', '127.0.0.1', '9.9.9.9', '169.254.169.254');
    const { reached, ...rest } = await fetchFrom('audio.example', names);
    expect(rest).toMatchObject(FETCHED);
    expect(new Set(reached)).toEqual(new Set(['9.9.9.9']));
  });

  test('is not fetched if the name has no address', async () => {
    expect(await fetchFrom('audio.example', at())).toMatchObject(REFUSED);
    expect(await fetchFrom('unknown.example')).toMatchObject(REFUSED);
  });
});

describe('S68 a host name whose address changes between two lookups', () => {
  test.each([...LOOPBACK, '10.0.0.5', '169.254.169.254'])(
    'gets no request if the connection really leads to %s',
    async (peer) => {
      const web = await webServer(PAGES);
      const names = { 'audio.example': [['9.9.9.9']] };
      const audioNetwork = pretendNetwork(web, names, { '9.9.9.9': peer });
      const server = await sandbox({ audioNetwork });
      const { message } = await transcribe(server, 'http://audio.example/a.wav');
      expect([message.http_code, message.error]).toEqual(UNREACHABLE);
      expect({ reached: audioNetwork.reached, seen: web.seen }).toEqual({
        reached: ['9.9.9.9'],
        seen: [],
      });
    },
  );

  test.each([['127.0.0.1'], ['10.0.0.5'], ['8.8.8.8']])(
    'is not looked up again for the text file, even if it would now have the address %s',
    async (later) => {
      const web = await webServer(PAGES);
      const audioNetwork = pretendNetwork(web, { 'audio.example': [['9.9.9.9'], [later]] });
      const server = await sandbox({ audioNetwork, allowPrivateAudio: true });
      expect((await transcribe(server, 'http://audio.example/a.wav')).text).toEqual(['Found.']);
      expect(audioNetwork.asked).toEqual(['audio.example']);
      expect(audioNetwork.reached).toEqual(['9.9.9.9', '9.9.9.9']);
    },
  );
});

describe('S68 a redirect of audio', () => {
  const names = {
    'audio.example': ['9.9.9.9'],
    'further.example': ['8.8.8.8'],
    'inside.example': ['10.0.0.5'],
    'here.example': ['127.0.0.1'],
    'linked.example': ['169.254.169.254'],
  };
  const leading = (location: string) =>
    ({ ...PAGES, '/a.wav': to(location), '/b.wav': PAGES['/a.wav'] }) as typeof PAGES;

  test.each([
    'http://127.0.0.1/b.wav',
    'http://localhost/b.wav',
    'http://[::1]/b.wav',
    'http://here.example/b.wav',
    'http://[::ffff:127.0.0.1]/b.wav',
    'http://0.0.0.0/b.wav',
    'http://169.254.169.254/b.wav',
    'http://[fe80::1]/b.wav',
    'http://linked.example/b.wav',
  ])('to %s is never followed', async (location) => {
    for (const allowed of [false, true]) {
      const { message, reached, requests } = await fetchFrom(
        'audio.example',
        names,
        allowed,
        leading(location),
      );
      expect([message.http_code, message.error]).toEqual(UNREACHABLE);
      expect({ reached, requests }).toEqual({ reached: ['9.9.9.9'], requests: ['/a.wav'] });
    }
  });

  test('from this machine to itself is not followed', async () => {
    const web = await webServer(leading('/b.wav'));
    const server = await sandbox({ allowPrivateAudio: true });
    const { message } = await transcribe(server, `${web.url}/a.wav`);
    expect([message.http_code, message.error]).toEqual(UNREACHABLE);
    expect(web.seen.map(({ path }) => path)).toEqual(['/a.wav']);
    expect(server.lines.join('\n')).toContain('a redirect or a playlist leads to this machine');
  });

  test.each(['http://10.0.0.5/b.wav', 'http://[fd12::1]/b.wav', 'http://inside.example/b.wav'])(
    'to %s is followed only with the option',
    async (location) => {
      const go = (allowed: boolean) =>
        fetchFrom('audio.example', names, allowed, leading(location));
      expect(await go(false)).toMatchObject({ text: [], requests: ['/a.wav'] });
      expect(await go(true)).toMatchObject({ requests: ['/a.wav', '/b.wav', '/b.txt'] });
    },
  );

  test('to a public address is followed, and the text file is fetched from that address', async () => {
    const pages = {
      ...leading('http://further.example/b.wav'),
      '/b.txt': page('Further.', 'text/plain'),
    };
    const result = await fetchFrom('audio.example', names, false, pages);
    expect(result).toMatchObject({
      text: ['Further.'],
      reached: ['9.9.9.9', '8.8.8.8', '8.8.8.8'],
    });
  });
});

describe('S68 the text file of audio', () => {
  test.each(['/other.txt', 'http://further.example/other.txt', 'http://10.0.0.5/other.txt'])(
    'is not fetched through a redirect to %s',
    async (location) => {
      const pages = {
        ...PAGES,
        '/a.txt': to(location),
        '/other.txt': page('A secret of another place.', 'text/plain'),
      };
      const names = { 'audio.example': ['9.9.9.9'], 'further.example': ['8.8.8.8'] };
      const { text, requests } = await fetchFrom('audio.example', names, true, pages);
      expect({ text, requests }).toEqual({ text: [LABEL], requests: ['/a.wav', '/a.txt'] });
    },
  );
});

test.each([undefined, false, true])(
  'S68 startSandbox({ allowPrivateAudio: %s }) of the package fetches private audio only for true',
  async (allowPrivateAudio) => {
    const web = await webServer(PAGES);
    const audioNetwork = pretendNetwork(web);
    const options = {
      apiKey: KEY,
      audioNetwork,
      ...(allowPrivateAudio === undefined ? {} : { allowPrivateAudio }),
    };
    const server = await startSandbox(options);
    onTestFinished(() => server.close());
    const { text } = await transcribe(server, 'http://192.168.1.20/a.wav');
    expect(text).toEqual(allowPrivateAudio ? ['Found.'] : []);
  },
);
