import type { ClientRequest } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';

/**
 * Remembers the certificate of a request's server, since Node.js drops it before it reports that it is not trusted.
 * @returns a function that returns the certificate; undefined if there was none
 */
export function watchCertificate(request: ClientRequest): () => PeerCertificate | undefined {
  let leaf: PeerCertificate | undefined;
  request.on('socket', (socket) => {
    if (request.reusedSocket) return;
    // An undocumented event: the documented secureConnect is not emitted for an untrusted certificate. Without the event, the
    // error only has fewer details. getPeerX509Certificate would make Node 20 lose the names in the certificate.
    socket.prependOnceListener('secure', () => {
      leaf = (socket as TLSSocket).getPeerCertificate?.();
    });
  });
  return () => leaf;
}
