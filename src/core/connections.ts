/** A connection of a server. */
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

/** The HTTP connections of a server. A connection that became a WebSocket is not counted. */
export interface Connections {
  /** Adds a connection. Above the limit, it destroys the oldest one whose request is not complete. */
  add(connection: Connection): void;
  /** A connection whose request has arrived completely is kept until it is answered. */
  follow(request: Request, response: Response): void;
  /** Removes a connection that became a WebSocket. */
  release(connection: Connection): void;
}

/** Keeps idle connections and incomplete requests from blocking new connections. @param max open connections */
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

/** How long a peer has to receive the last answer, in milliseconds. */
const LINGER_MS = 500;

/** Sends a last answer, then destroys the connection after a moment, since the peer may never close its side. */
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
