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

/** The HTTP connections of a server. Connections that became WebSockets are not included. */
export interface Connections {
  /**
   * Adds a connection. If more connections than the maximum are then open, destroys the oldest connection that has no complete
   * request.
   */
  add(connection: Connection): void;
  /**
   * Prevents `add` from destroying the connection of a request. The protection begins when the request is complete, and ends when
   * the request is answered.
   */
  follow(request: Request, response: Response): void;
  /** Stops counting a connection, because it became a WebSocket. */
  release(connection: Connection): void;
}

/**
 * Limits the number of open connections to `max`, by destroying connections that have no complete request. Reason: such
 * connections could block new connections. A connection whose request is complete but not yet answered is never destroyed, even
 * if there are more than `max` connections.
 */
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

/** Time limit for the client to receive the answer that `endConnection` sends, in milliseconds. */
const LINGER_MS = 500;

/**
 * Sends an answer as text, and closes the connection. Destroys the connection after `LINGER_MS`, because the client may never
 * close its side.
 */
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
