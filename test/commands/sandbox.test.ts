import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context/context';
import { secret } from '../../src/core/secret';
import { startSandbox } from '../../src/sandbox/index';
import { startSandbox as startServer } from '../../src/sandbox/server';
import { pretendNetwork } from '../sandbox/pretended-network';
import { KEY, page, silence, transcribe, webServer } from '../sandbox/support';
import { run } from '../support/run';
import { runUntilStopped as serve } from '../support/until-stopped';

describe('vstoken sandbox', () => {
  it('prints its address and its key first, serves, and exits with 130', async () => {
    const { code, out, err } = await serve('sandbox --port 0', async (first) => {
      const [, url = '', key = ''] =
        /^Listening on (http:\/\/127\.0\.0\.1:\d+) with the API key (\S+)\n$/.exec(first) ?? [];
      const minted = await run('mint', {
        env: { VOCALSTACK_API_SERVER: url, VOCALSTACK_API_KEY: key },
      });
      expect(minted.code).toBe(0);
    });
    expect(code).toBe(130);
    expect(out.split('\n')).toHaveLength(2);
    expect(err).toMatch(/GET \/security\/generate-token 200/);
  });

  it('shows an unbroken line to copy in a terminal, and no key in a log', async () => {
    const form = /^ {2}export VOCALSTACK_API_SERVER=\S+ VOCALSTACK_API_KEY=\S+$/m;
    const narrow = await serve('sandbox --port 0', async () => undefined, {
      terminal: 'all',
      columns: 40,
    });
    expect(narrow.err).toMatch(form);
    const piped = await serve('sandbox --port 0', async () => undefined);
    expect(piped.err).not.toContain('VOCALSTACK_API_KEY');
  });

  it('prints JSON with --json, and reads the key from a file', async () => {
    await serve(
      'sandbox --port 0 --json --api-key-file /key',
      async (first) => {
        const { url, api_key } = JSON.parse(first);
        expect(api_key).toBe('my-own-key');
        const env = { VOCALSTACK_API_SERVER: url, VOCALSTACK_API_KEY: 'my-own-key' };
        expect((await run('mint', { env })).code).toBe(0);
      },
      { files: { '/key': 'my-own-key\n' } },
    );
  });

  it('S19 does not show a key from a file, which may be a real key', async () => {
    const { out, err } = await serve(
      'sandbox --port 0 --api-key-file /key',
      async () => undefined,
      { files: { '/key': 'my-own-key\n' }, terminal: 'all', columns: 1000 },
    );
    expect(out).toMatch(/with the API key from --api-key-file\n$/);
    expect(err).toMatch(/export VOCALSTACK_API_SERVER=\S+ VOCALSTACK_API_KEY_FILE='\/key'/);
    expect(out + err).not.toContain('my-own-key');
  });

  it('injects faults as often as requested', async () => {
    await serve('sandbox --port 0 --json --fail mint:418*1 mint:401*1', async (first) => {
      const { url, api_key } = JSON.parse(first);
      const env = { VOCALSTACK_API_SERVER: url, VOCALSTACK_API_KEY: api_key };
      const codes = [
        await run('mint', { env }),
        await run('mint', { env }),
        await run('mint', { env }),
      ];
      expect(codes.map((result) => result.code)).toEqual([7, 4, 0]);
    });
  });

  it.each([
    ['', { text: [], reached: [] }],
    ['--allow-private-audio', { text: ['Found.'], reached: ['10.0.0.5', '10.0.0.5'] }],
  ])(
    'S68 fetches private audio only with --allow-private-audio: "%s"',
    async (option, expected) => {
      const web = await webServer({
        '/a.wav': page(silence(1)),
        '/a.txt': page('Found.', 'text/plain'),
      });
      const audioNetwork = pretendNetwork(web);
      const context = (built: Context): Context => ({
        ...built,
        startSandbox: (settings) =>
          startServer({ ...settings, apiKey: secret(KEY), clock: built.clock, audioNetwork }),
      });
      const { err } = await serve(
        `sandbox --port 0 --json ${option}`,
        async (first) => {
          const { text } = await transcribe(JSON.parse(first), 'http://10.0.0.5/a.wav');
          expect({ text, reached: audioNetwork.reached }).toEqual(expected);
        },
        { context },
      );
      expect(err.includes('see --allow-private-audio')).toBe(expected.reached.length === 0);
    },
  );

  it.each([
    ['--port 65536', '0 to 65535'],
    ['--port x', '0 to 65535'],
    ['--latency soon', '--latency'],
    ['--allow-origin example.com', 'exact origin'],
    ['--allow-origin https://a.example/path', 'exact origin'],
    ['--fail mint', 'mint:STATUS'],
    ['--fail mint:700', 'session:never-confirm'],
    ['--fail sing:loudly', 'version:discontinued'],
  ])('rejects %s and names the allowed values', async (options, allowed) => {
    const result = await run(`sandbox --port 0 ${options} --json`);
    expect(result.code).toBe(2);
    expect(result.out).toBe('');
    expect(result.error().message).toContain(allowed);
  });

  it('reports that its port is in use', async () => {
    const other = await startSandbox();
    const port = new URL(other.url).port;
    const { error } = await run(`sandbox --json --port ${port}`);
    await other.close();
    expect(error()).toMatchObject({ code: 'cannot_listen', exit: 3 });
    expect(error().hint).toContain('--port');
  });

  it.each(['--sandbox', '--api-server http://localhost:1', '--timeout 5s'])(
    'has no %s: it is a server itself',
    async (option) => {
      const { error } = await run(`sandbox --json ${option}`);
      expect(error()).toMatchObject({ code: 'unknown_option', exit: 2 });
    },
  );

  it('lists its faults in its help', async () => {
    const { out } = await run('sandbox --help');
    expect(out).toMatch(/mint:STATUS\S*\s+mint requests are answered/);
  });
});
