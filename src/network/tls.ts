// The network checks in probes.ts load this module on first use, because only https URLs need TLS.
export { isIP } from 'node:net';
export { connect } from 'node:tls';
