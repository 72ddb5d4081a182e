import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, transcribe } from '../sandbox/support';
import { type Authority, createAuthority, type Front, startTlsFront } from '../support/authority';
import { needs } from '../support/needs';
import { type AudioServer, startAudioServer } from './support/audio-server';
import { type NamesFile, writeNamesFile } from './support/names';
import { BINARY, type Running, start } from './support/run-binary';

const TEXT = 'This is what it says.';

let audio: AudioServer;
let authority: Authority;
let front: Front;
let names: NamesFile;
let folder: string;
let program: Running;
let sandbox: { readonly url: string };
beforeAll(async () => {
  audio = await startAudioServer(TEXT);
  authority = createAuthority();
  front = await startTlsFront(audio.url, authority.issue('DNS:localhost,DNS:audio.example'));
  names = writeNamesFile();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-audio-'));
  const key = join(folder, 'key');
  writeFileSync(key, KEY);
  const options = ['sandbox', '--port', '0', '--json', '--allow-private-audio'];
  program = start(
    process.execPath,
    ['--require', names.path, BINARY, ...options, '--api-key-file', key],
    {
      env: {
        NODE_EXTRA_CA_CERTS: authority.file,
        ...names.envFor({
          'audio.example': ['127.0.0.1'],
          'metadata.example': ['169.254.169.254'],
          localhost: ['169.254.169.254'],
        }),
      },
    },
  );
  const [line] = await program.untilOut(/^\{.*\}(?=\n)/);
  sandbox = JSON.parse(line);
});
afterAll(async () => {
  program?.child.kill('SIGTERM');
  await program?.done;
  await Promise.all([audio.close(), front.close()]);
  for (const each of [authority, names]) each.close();
  rmSync(folder, { recursive: true });
});

describe('the audio that the built sandbox downloads', needs('openssl'), () => {
  it('may come from this machine and from localhost, also over TLS', async () => {
    const { port } = new URL(audio.url);
    for (const url of [`http://localhost:${port}/a.mp3`, `https://localhost:${front.port}/a.mp3`]) {
      expect((await transcribe(sandbox, url)).text).toEqual([TEXT]);
    }
  });

  it.each(['http', 'https'])(
    'S68 may not come from this machine under another name: %s',
    async (scheme) => {
      const before = front.connections();
      const { port } = scheme === 'http' ? new URL(audio.url) : front;
      const { message } = await transcribe(sandbox, `${scheme}://audio.example:${port}/a.mp3`);
      expect(message).toMatchObject({ http_code: 422, error: 'audio could not be fetched' });
      await program.untilErr(
        new RegExp(`the host name of the audio leads to this machine .*${message.data.id}`),
      );
      expect(front.connections()).toBe(before);
    },
  );

  it('S68 may not come from link-local addresses', async () => {
    const { message } = await transcribe(sandbox, 'http://metadata.example/a.mp3');
    expect(message).toMatchObject({ http_code: 422, error: 'audio could not be fetched' });
    await program.untilErr(
      new RegExp(`audio is never fetched from this address .*${message.data.id}`),
    );
  });
});
