import type { Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import {
  answer,
  dripBody,
  drip as dripBytes,
  dripHeaders,
  giantBody,
  gzipBomb,
  halfClose,
  rawBytes,
  reset,
  silence,
  truncated,
} from './fault-server';

/** The phases (steps) of a connection, in order. A fault can occur in each phase. */
export const PHASES = [
  'connection',
  'mint',
  'read',
  'upgrade',
  'confirmation',
  'start',
  'stream',
  'close',
] as const;
export type Phase = (typeof PHASES)[number];

/** How docs/network.md names the phases. */
export const MOMENTS: Readonly<Record<Phase, string>> = {
  connection: 'while connecting',
  mint: 'while a token is minted',
  read: 'while data is read',
  upgrade: 'while a WebSocket opens',
  confirmation: 'before a session is confirmed',
  start: 'at the start of a session',
  stream: 'during a session',
  close: 'while a session closes',
};

export type FaultAction = (socket: Socket) => void;

/** What the server sends in a phase of a connection: an HTTP response (`answer`), or WebSocket frames (`frames`). */
type Layer = 'answer' | 'frames';

const LAYERS: Partial<Record<Phase, Layer>> = {
  mint: 'answer',
  read: 'answer',
  confirmation: 'frames',
  start: 'frames',
  stream: 'frames',
  close: 'frames',
};

export interface Fault {
  readonly name: string;
  /** Whether the server sends nothing useful any more, so that only a timeout ends the client's wait. */
  readonly isSilent?: boolean;
  /** Whether the server cannot notice that the client closes the connection. */
  readonly ignoresClose?: boolean;
  /**
   * The value of `--timeout` for the command that is tested, in milliseconds. The default is so short that the command times out
   * before it sends the first ping of a session.
   */
  readonly timeoutMs?: number;
  /**
   * What the server does when the fault occurs, for each phase of a connection. A function at `answer` or `frames` is for all
   * phases in which the server sends an HTTP response or WebSocket frames. In a phase without a function, this fault cannot
   * occur.
   */
  readonly actions: Partial<Record<Phase | Layer, FaultAction>>;
}

/**
 * Returns what the server does when the fault occurs in a phase of a connection. Undefined if the fault cannot occur in this
 * phase.
 */
export function actionOf(fault: Fault, phase: Phase): FaultAction | undefined {
  const layer = LAYERS[phase];
  return fault.actions[phase] ?? (layer && fault.actions[layer]);
}

const MEGABYTE = 1024 * 1024;
const SWITCHED_OFF = { status: 410, headers: { 'X-API-Version-Discontinued': '1' } };

/**
 * Returns the header of a WebSocket frame from a server, with `length` as a number of 64 bits. By default the frame is a text
 * frame.
 */
function frameHead(length: number, flags = 0x81): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt8(flags, 0);
  head.writeUInt8(127, 1);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** Sends `start`, and then more and more bytes until the connection is closed. */
const endless =
  (start: string | Buffer): FaultAction =>
  (socket) => {
    const chunk = Buffer.alloc(64 * 1024, 'a');
    socket.write(start);
    const pump = () => {
      while (!socket.destroyed) if (!socket.write(chunk)) return void socket.once('drain', pump);
    };
    pump();
  };

const anywhere = (action: FaultAction): Fault['actions'] => ({
  connection: action,
  answer: action,
  upgrade: action,
  frames: action,
});

const asHttp: (behaviour: typeof silence) => FaultAction = (behaviour) => (socket) =>
  behaviour(socket, { method: 'GET', target: '/', head: '', headers: {} });

let compressed: Buffer | undefined;
const bombInFrame: FaultAction = (socket) => {
  compressed ??= deflateRawSync(Buffer.alloc(64 * MEGABYTE, 0x20));
  socket.write(Buffer.concat([frameHead(compressed.length, 0xc1), compressed]));
};

let bomb: ReturnType<typeof gzipBomb> | undefined;
const bombInBody = asHttp((socket, request) => {
  bomb ??= gzipBomb(64);
  bomb(socket, request);
});

/** The header of an answer after which the server closes the connection. */
const LAST = { Connection: 'close' };
const redirect = asHttp(answer({ status: 302, headers: { Location: '/other-address', ...LAST } }));

/** Faults of the network, and answers of a server that is not the service. */
export const FAULTS: readonly Fault[] = [
  { name: 'the connection is reset', actions: anywhere(asHttp(reset)) },
  { name: 'the server ends the connection', actions: anywhere(asHttp(halfClose)) },
  { name: 'no answer', isSilent: true, actions: anywhere(asHttp(silence)) },
  {
    name: 'an endless answer, sent slowly',
    isSilent: true,
    actions: {
      connection: asHttp(dripHeaders),
      answer: asHttp(dripHeaders),
      upgrade: asHttp(dripHeaders),
      frames(socket) {
        socket.write(frameHead(MEGABYTE / 2));
        dripBytes(socket, () => ' ');
      },
    },
  },
  {
    name: 'no answer, not even to a ping',
    isSilent: true,
    ignoresClose: true,
    timeoutMs: 60_000,
    actions: {
      start: (socket) => socket.pause(),
      stream: (socket) => socket.pause(),
      close: (socket) => socket.pause(),
    },
  },
  {
    name: 'an endless body, sent slowly',
    isSilent: true,
    actions: { answer: asHttp(dripBody) },
  },
  {
    name: 'an answer that ends too early',
    actions: {
      connection: asHttp(rawBytes('HTTP/1.1 200 O')),
      answer: asHttp(truncated),
      upgrade: asHttp(rawBytes('HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso')),
      frames: (socket) => socket.end(Buffer.concat([frameHead(1000), Buffer.from('{"status":')])),
    },
  },
  {
    name: 'an answer in an unknown protocol',
    actions: {
      connection: asHttp(rawBytes('nonsense\r\n\r\n')),
      answer: asHttp(rawBytes('nonsense\r\n\r\n')),
      upgrade: asHttp(rawBytes('nonsense\r\n\r\n')),
      frames: (socket) => socket.write(Buffer.from('nonsense\r\n\r\n')),
    },
  },
  {
    name: 'an answer that is too large',
    actions: {
      connection: endless('HTTP/1.1 200 OK\r\nX-Giant: '),
      answer: asHttp(giantBody(9)),
      upgrade: endless('HTTP/1.1 101 Switching Protocols\r\nX-Giant: '),
      frames: endless(frameHead(9 * MEGABYTE)),
    },
  },
  {
    name: 'a small body that decompresses to 64 MiB',
    actions: { answer: bombInBody, upgrade: bombInBody, frames: bombInFrame },
  },
  { name: 'a redirect', actions: { answer: redirect, upgrade: redirect } },
  {
    name: 'an API of another version',
    actions: {
      answer: asHttp(
        answer({ version: '1.0.0', headers: LAST, body: '{"status":"done","data":"token"}' }),
      ),
      upgrade: asHttp(answer(SWITCHED_OFF)),
    },
  },
];

/**
 * How a command ends after each fault: one error code for each phase, in the order of PHASES. `-` means that the fault cannot
 * occur in the phase. `done` means that the command succeeds.
 */
const ENDINGS: Readonly<Record<string, string>> = {
  'the connection is reset':
    'connection_reset connection_reset connection_reset connection_reset closed_early closed_early closed_early done',
  'the server ends the connection':
    'connection_reset connection_reset connection_reset connection_reset closed_early closed_early closed_early done',
  'no answer': 'timeout timeout timeout timeout session_not_confirmed timeout timeout done',
  'an endless answer, sent slowly':
    'timeout timeout timeout timeout session_not_confirmed timeout timeout done',
  'no answer, not even to a ping': '- - - - - connection_lost connection_lost done',
  'an endless body, sent slowly': '- timeout timeout - - - - -',
  'an answer that ends too early':
    'connection_reset connection_reset connection_reset connection_reset closed_early closed_early closed_early done',
  'an answer in an unknown protocol':
    'invalid_response invalid_response invalid_response invalid_response invalid_response invalid_response invalid_response done',
  'an answer that is too large':
    'response_too_large response_too_large response_too_large response_too_large response_too_large response_too_large response_too_large done',
  'a small body that decompresses to 64 MiB':
    '- invalid_response invalid_response upgrade_refused invalid_response invalid_response invalid_response done',
  'a redirect': '- redirected redirected redirected - - - -',
  'an API of another version': '- api_version_too_low api_version_too_low api_discontinued - - - -',
};

/**
 * Returns the error code of a command after a fault, or `done` if the command succeeds. Undefined if the fault cannot occur in
 * the phase.
 */
export function endingOf({ name }: Fault, phase: Phase): string | undefined {
  const code = ENDINGS[name]?.split(' ')[PHASES.indexOf(phase)];
  return code === '-' ? undefined : code;
}
