// A module of its own, so that a bundle loads TLS with require, and only for https URLs.
export { Agent, request } from 'node:https';
