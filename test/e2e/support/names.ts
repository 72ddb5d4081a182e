import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PRELOADED = `
const { appendFileSync } = require('node:fs');
const dns = require('node:dns');
const { isIP, Socket } = require('node:net');
const names = JSON.parse(process.env.TEST_NAMES ?? '{}');
const lookUp = dns.lookup;
dns.lookup = (name, options, callback) => {
  // A server that starts to listen looks up its own address.
  if (isIP(name)) return lookUp(name, options, callback);
  const found = names[name]?.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  if (!found) return process.nextTick(callback, Object.assign(new Error('getaddrinfo ' + name), { code: 'ENOTFOUND' }));
  if (options.all) return process.nextTick(callback, null, found);
  process.nextTick(callback, null, found[0].address, found[0].family);
};
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (process.env.TEST_ATTEMPTS) appendFileSync(process.env.TEST_ATTEMPTS, options.autoSelectFamilyAttemptTimeout + '\\n');
  return connect.apply(this, args);
};
`;

/** The host names that can be resolved, with their addresses. Any other name is not found, and no DNS server is asked. */
export type Names = Readonly<Record<string, readonly string[]>>;

export interface NamesFile {
  /** The path of the module that Node.js must load before the program (`--require`). */
  readonly path: string;
  envFor(names: Names): Readonly<Record<string, string>>;
  close(): void;
}

/**
 * Writes a module that makes Node.js resolve only the host names in TEST_NAMES. If TEST_ATTEMPTS contains the path of a file, the
 * module appends to this file the time limit of each connection attempt.
 */
export function writeNamesFile(): NamesFile {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-names-'));
  const path = join(folder, 'names.cjs');
  writeFileSync(path, PRELOADED);
  return {
    path,
    envFor: (names) => ({ TEST_NAMES: JSON.stringify(names) }),
    close: () => rmSync(folder, { recursive: true }),
  };
}
