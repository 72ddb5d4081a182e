import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** The text that is spoken in `assets/clip.wav`, and its duration in seconds. */
export const CLIP_TEXT = 'A token is brief, so is this clip, and both are nearly over.';
export const CLIP_SECONDS = 3.575;
export const CLIP = readFileSync(join(import.meta.dirname, '../../assets/clip.wav'));

/** The content of `speech.txt`, and the duration of `speech.wav` in seconds. */
export const SPEECH_TEXT = 'The harbour was empty. A gull walked along the wall.';
export const SPEECH_SECONDS = 3;

/**
 * One second of raw audio (16 kHz, 16 bit, mono), as a microphone records it. No header tells the format, so a server cannot
 * compute the duration from the number of bytes: it can only measure the time in which the audio arrives.
 */
export const SECOND = Buffer.alloc(32_000, 1);

/** Duration of `long.wav`, in seconds. The file is small, because its sample rate is low. */
export const LONG_SECONDS = 3 * 3600;

/** Returns a WAV file (8 bit, mono) with this duration. */
export function wav(seconds: number, rate = 8000): Buffer {
  const length = Math.round(seconds * rate);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(length, 40);
  return Buffer.concat([head, Buffer.alloc(length, 128)]);
}

/** Returns a WAV file in pieces of one second. The header in the first piece contains the whole duration. */
export function recording(seconds: number, rate = 16_000): readonly Buffer[] {
  const file = wav(seconds, rate);
  const head = file.length - seconds * rate;
  return Array.from({ length: seconds }, (_, index) =>
    file.subarray(index === 0 ? 0 : head + index * rate, head + (index + 1) * rate),
  );
}

const PLAYLIST = [
  '#EXTM3U',
  '#EXT-X-VERSION:3',
  '#EXT-X-TARGETDURATION:2',
  '#EXT-X-MEDIA-SEQUENCE:0',
  '#EXTINF:2.0,',
  'segment-0.ts',
  '#EXTINF:2.0,',
  'segment-1.ts',
  '#EXT-X-ENDLIST',
  '',
].join('\n');

/** Returns an empty MPEG-TS packet. */
const packet = () => Buffer.concat([Buffer.from([0x47, 0x1f, 0xff, 0x10]), Buffer.alloc(184, 255)]);
const SEGMENT = Buffer.concat(Array.from({ length: 100 }, packet));

const FILES: Readonly<Record<string, readonly [type: string, body: () => Buffer | string]>> = {
  'clip.wav': ['audio/wav', () => CLIP],
  'speech.wav': ['audio/wav', () => wav(SPEECH_SECONDS)],
  'speech.txt': ['text/plain; charset=utf-8', () => SPEECH_TEXT],
  'hum.wav': ['audio/wav', () => wav(2)],
  'long.wav': ['audio/wav', () => wav(LONG_SECONDS, 200)],
  'page.html': ['text/html', () => '<p>no audio</p>'],
  'stream.m3u8': ['application/vnd.apple.mpegurl', () => PLAYLIST],
  'gone.m3u8': [
    'application/vnd.apple.mpegurl',
    () => PLAYLIST.replaceAll('segment-', 'lost-segment-'),
  ],
  'segment-0.ts': ['video/mp2t', () => SEGMENT],
  'segment-1.ts': ['video/mp2t', () => SEGMENT],
};

export interface AudioServer {
  /** Returns a new URL for a file at each call. Reason: requests with the same URL and options share a session. */
  url(name: string, query?: string): string;
  /**
   * Returns the paths and queries of all requests for files in the folder of the given URL. Each URL from `url()` has its own
   * folder.
   */
  requestsFor(url: string): readonly string[];
  close(): Promise<void>;
}

/** Starts a web server for audio files on loopback. */
export async function serveAudio(): Promise<AudioServer> {
  const requests: string[] = [];
  let folders = 0;
  const server = createServer((request, response) => {
    const target = request.url ?? '';
    requests.push(target);
    const [path = ''] = target.split('?');
    const file = FILES[path.split('/').at(-1) ?? ''];
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const [type, body] = file;
    const bytes = Buffer.from(body());
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url(name, query = '') {
      folders += 1;
      return `http://127.0.0.1:${port}/${folders}/${name}${query}`;
    },
    requestsFor(url) {
      const folder = `${new URL('.', url).pathname}`;
      return requests.filter((target) => target.startsWith(folder));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
