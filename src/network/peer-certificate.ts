import type { ClientRequest } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';

/**
 * Keeps the certificate of a request's server, since Node.js has dropped it by the time it says that it is not trusted.
 * @returns what gives it; undefined when there was none
 */
export function watchCertificate(request: ClientRequest): () => PeerCertificate | undefined {
  let leaf: PeerCertificate | undefined;
  request.on('socket', (socket) => {
    if (request.reusedSocket) return;
    // Node's own, undocumented; the documented secureConnect does not come where a certificate is not trusted. Without it an error
    // is told with less. After getPeerX509Certificate, Node 20 would find no names in the certificate.
    socket.prependOnceListener('secure', () => {
      leaf = (socket as TLSSocket).getPeerCertificate?.();
    });
  });
  return () => leaf;
}
