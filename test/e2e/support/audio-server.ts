import { createServer } from 'node:http';
import { listen } from '../../support/fault-server';

export interface AudioServer {
  /** The server's address, without a final slash. */
  readonly url: string;
  close(): Promise<void>;
}

const RATE = 8000;

/** Returns a WAV file that contains only silence. */
export function silentWav(seconds: number): Buffer {
  const samples = Buffer.alloc(RATE * seconds, 0x80);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** Starts a server. A path that ends with `.txt` returns `text`. Any other path returns two seconds of silent audio. */
export async function startAudioServer(text: string): Promise<AudioServer> {
  const server = createServer((request, response) => {
    const isText = new URL(request.url ?? '', 'http://host').pathname.endsWith('.txt');
    response
      .writeHead(200, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'audio/mpeg' })
      .end(isText ? text : silentWav(2));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
