// A separate module, so that a bundle loads TLS with require, and only for https URLs.
export { isIP } from 'node:net';
export { connect } from 'node:tls';
