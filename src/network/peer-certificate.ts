import type { ClientRequest } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';

/**
 * Keeps the certificate of the server to which a request connects. Node.js drops the certificate before it reports that the
 * certificate is untrusted.
 * @returns a function that returns the certificate, or undefined if no certificate was received
 */
export function watchCertificate(request: ClientRequest): () => PeerCertificate | undefined {
  let leaf: PeerCertificate | undefined;
  request.on('socket', (socket) => {
    if (request.reusedSocket) return;
    // `secure` is undocumented, but the documented `secureConnect` is not emitted for an untrusted certificate.
    // If Node.js removes `secure`, only the details about the certificate are missing from the error.
    // getPeerX509Certificate is not used, because Node 20 would then lose the names in the certificate.
    socket.prependOnceListener('secure', () => {
      leaf = (socket as TLSSocket).getPeerCertificate?.();
    });
  });
  return () => leaf;
}
