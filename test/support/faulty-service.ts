import { type Peer, progressOf, SESSION, type Service, startService } from '../e2e/support/service';
import { actionOf, type Fault, type Phase } from './faults';

export interface FaultyService extends Service {
  /** Whether the fault has occurred, so that the client now waits only because of the fault. */
  hasBegun(): boolean;
  /**
   * Whether the fault has occurred and makes the server send nothing useful any more, so that only `--timeout` ends the client's
   * wait.
   */
  isSilent(): boolean;
}

const CLOSE_FRAME = 0x08;

/**
 * Starts a service that works without faults until a connection reaches `phase`, such as `mint` or `close`, and then causes the
 * fault. It does so on every connection.
 */
export async function startFaultyService(
  phase: Phase,
  fault: Fault,
  token: string,
): Promise<FaultyService> {
  const action = actionOf(fault, phase);
  if (!action) throw new Error(`no ${fault.name} in the phase ${phase}`);
  let hasActed = false;
  const act: typeof action = (socket) => {
    hasActed = true;
    action(socket);
  };

  /**
   * Causes the fault when the client sends a close frame. The close frame is not passed to the ws library, which would answer it.
   */
  const actAtClose = ({ raw }: Peer) => {
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
        actAtClose(peer);
        confirm(peer);
      },
    }),
  });
  return {
    ...service,
    // In the phase `close`, the clock must advance from the start. Reason: the client waits between the pieces of audio that it
    // sends before it closes the session.
    hasBegun: () => hasActed || phase === 'close',
    isSilent: () => hasActed && fault.isSilent === true,
  };
}
