import { type Peer, progressOf, SESSION, type Service, startService } from '../e2e/support/service';
import { type Fault, type Phase, playOf } from './faults';

export interface FaultyService extends Service {
  /** Whether there is something to wait for in vain. */
  hasBegun(): boolean;
  /** Whether nothing more comes of it than a deadline would end. */
  isMute(): boolean;
}

const CLOSE_FRAME = 0x08;

/** A service that does as it should up to a phase, and there plays a fault, each time. */
export async function startFaultyService(
  phase: Phase,
  fault: Fault,
  token: string,
): Promise<FaultyService> {
  const play = playOf(fault, phase);
  if (!play) throw new Error(`no ${fault.name} in the phase ${phase}`);
  let isPlayed = false;
  const act: typeof play = (socket) => {
    isPlayed = true;
    play(socket);
  };

  /** The end of a session is the client's to begin, with a frame that the library would answer at once. */
  const playAtClose = ({ raw }: Peer) => {
    const listeners = raw.listeners('data');
    raw.removeAllListeners('data');
    raw.on('data', (chunk: Buffer) => {
      if (((chunk[0] ?? 0) & 0x0f) === CLOSE_FRAME) act(raw);
      else for (const listener of listeners) listener.call(raw, chunk);
    });
  };
  const confirm = ({ send }: Peer) => send({ session: SESSION });
  const never = () => undefined;

  const service = await startService({
    token,
    ...(phase === 'connection' && { onConnection: act, onMint: never, onRead: never }),
    ...(phase === 'connection' && { onUpgrade: never }),
    ...(phase === 'mint' && { onMint: ({ socket }) => socket && act(socket) }),
    ...(phase === 'read' && { onRead: ({ socket }) => socket && act(socket) }),
    ...(phase === 'upgrade' && { onUpgrade: (socket) => act(socket as Peer['raw']) }),
    ...(phase === 'confirmation' && { onHello: ({ raw }) => act(raw) }),
    ...(phase === 'start' && { onStart: ({ raw }) => act(raw) }),
    ...(phase === 'stream' && {
      onStart(peer) {
        peer.send(progressOf('processing', 'hello'));
        act(peer.raw);
      },
    }),
    ...(phase === 'close' && {
      onHello(peer) {
        playAtClose(peer);
        confirm(peer);
      },
    }),
  });
  return {
    ...service,
    // Audio is sent at its pace before a session can come to its close.
    hasBegun: () => isPlayed || phase === 'close',
    isMute: () => isPlayed && fault.isMute === true,
  };
}
