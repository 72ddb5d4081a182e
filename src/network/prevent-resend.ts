import type { ClientRequest } from 'node:http';

/**
 * Stops Deno from sending a failed or aborted request again on another open connection. Reason: if Deno sends a request to mint
 * twice, the service may mint two tokens. https://github.com/denoland/deno/issues/36786
 */
export function preventResend(request: ClientRequest): void {
  // Deno sends a request again only if this flag is set. Node.js and Bun ignore the flag.
  request.on('socket', () => {
    request.reusedSocket = false;
  });
}
