/** A connection of a server, as Node.js has it. */
export interface Connection {
  end(text: string): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

interface Request {
  readonly socket: Connection;
  readonly headers: { readonly [name: string]: unknown };
  once(event: 'end', listener: () => void): unknown;
}

interface Response {
  once(event: 'close', listener: () => void): unknown;
}

/** The connections of a server that are not upgraded. */
export interface Connections {
  /** A new one. Where there are too many, the oldest that still owes its request is destroyed. */
  add(connection: Connection): void;
  /** A request that is answered: its connection is kept, once the request has arrived whole. */
  follow(request: Request, response: Response): void;
  /** One that is a WebSocket now. */
  release(connection: Connection): void;
}

/** Keeps connections that send nothing, or half a request, from keeping others out. @param max of them at once */
export function limitConnections(max: number): Connections {
  const open = new Set<Connection>();
  const waiting = new Set<Connection>();
  const release = (connection: Connection) => {
    open.delete(connection);
    waiting.delete(connection);
  };
  return {
    add(connection) {
      open.add(connection);
      waiting.add(connection);
      connection.once('close', () => release(connection));
      const [oldest] = waiting;
      if (open.size <= max || !oldest) return;
      release(oldest);
      oldest.destroy();
    },
    follow(request, response) {
      const { socket, headers } = request;
      const keep = () => waiting.delete(socket);
      const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
      if (hasBody) request.once('end', keep);
      else keep();
      response.once('close', () => {
        if (open.has(socket)) waiting.add(socket);
      });
    },
    release,
  };
}

/** For a peer to take the last answer, in milliseconds. */
const LINGER_MS = 500;

/** Sends a last answer. The connection is destroyed a moment later, since a peer may leave its side of it open. */
export function endConnection(
  connection: Connection,
  answer: string,
  { timer }: { timer(ms: number, callback: () => void): () => void },
): void {
  connection.end(answer);
  connection.once(
    'close',
    timer(LINGER_MS, () => connection.destroy()),
  );
}
