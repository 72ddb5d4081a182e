import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/error-codes';
import type { CliError } from '../../src/core/errors';
import { networkError } from '../../src/network/errors';
import {
  apiFor,
  CANARY_KEY,
  codeOf,
  expectNoSecret,
  failureOf,
  key,
  OPTIONS,
  settle,
  token,
} from '../api/api-fixture';
import {
  answer,
  type Behaviour,
  dripBody,
  dripHeaders,
  type FaultServer,
  giantBody,
  gzipBomb,
  halfClose,
  json,
  rawBytes,
  reset,
  silence,
  stalledBody,
  startFaultServer,
  truncated,
} from '../support/fault-server';
import { needs } from '../support/needs';

let server: FaultServer;
afterEach(() => server?.close());

/** Returns the error of a mint at a server with this behaviour. */
async function failure(behaviour: Behaviour): Promise<CliError> {
  server = await startFaultServer([behaviour]);
  const { api, clock, close } = apiFor(server.origin);
  const error = await failureOf(settle(clock, api.mintToken(key, OPTIONS)));
  close();
  return error;
}

describe('redirects', () => {
  it.each([300, 301, 302, 303, 304, 307, 308])('S34 status %i is not followed', async (status) => {
    const target = await startFaultServer([json({ status: 'done', data: 'token-1' })]);
    const headers = { Location: `${target.origin}/elsewhere?secret=${CANARY_KEY}` };
    const error = await failure(answer({ status, headers, body: '' }));
    expect(error.code).toBe('redirected');
    expect(error.httpStatus).toBe(status);
    expect(error.message).toContain(String(status));
    expect(`${error.message} ${error.hint}`).not.toContain(new URL(target.origin).host);
    expect([server.requests.length, target.connections()]).toEqual([1, 0]);
    await target.close();
  });
});

describe('hostile bodies', () => {
  const cases: readonly (readonly [string, Behaviour, ErrorCode])[] = [
    ['a giant body', giantBody(200), 'response_too_large'],
    ['a giant body of an error', giantBody(200, { status: 500 }), 'response_too_large'],
    ['a byte more than 64 KiB', answer({ body: ' '.repeat(64 * 1024 + 1) }), 'response_too_large'],
    ['a gzip bomb', gzipBomb(300), 'invalid_response'],
    ['deep JSON', answer({ body: '['.repeat(65_000) }), 'invalid_response'],
    [
      'deep and closed JSON',
      answer({ body: '['.repeat(30_000) + ']'.repeat(30_000) }),
      'invalid_response',
    ],
    ['deep objects', answer({ body: '{"data":'.repeat(8000) }), 'invalid_response'],
    ['HTML', answer({ body: `<html>${CANARY_KEY}</html>` }), 'invalid_response'],
    ['no body', answer({ body: '' }), 'invalid_response'],
    ['invalid UTF-8', answer({ body: Uint8Array.of(0xff, 0xfe, 0x22) }), 'invalid_response'],
    ['garbage', rawBytes('\x00\x01garbage\r\n\r\n'), 'invalid_response'],
    ['TLS', rawBytes(Uint8Array.of(0x15, 3, 1, 0, 2, 2, 40)), 'invalid_response'],
    [
      'two lengths',
      rawBytes('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
      'invalid_response',
    ],
    ['giant headers', answer({ headers: { 'X-Big': 'x'.repeat(20_000) } }), 'response_too_large'],
    [
      'a switch of protocols',
      rawBytes('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      'invalid_response',
    ],
    ['a dropped connection', reset, 'connection_reset'],
    ['a half-closed connection', halfClose, 'connection_reset'],
    ['half a head', rawBytes('HTTP/1.1 200 OK\r\nX-A: b'), 'connection_reset'],
    ['a truncated body', truncated, 'connection_reset'],
  ];
  it.each(cases)('S40 S22 cause an error: %s', async (_, behaviour, code) => {
    const before = process.memoryUsage.rss();
    const error = await failure(behaviour);
    expect(error.code).toBe(code);
    expect(error.message).toContain(new URL(server.origin).host);
    expect(process.memoryUsage.rss() - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('S40 S72 a list of up to 4 MiB is accepted, although other answers are limited to 64 KiB', async () => {
    const data = Array.from({ length: 2000 }, (_, id) => ({ id, url: 'x'.repeat(100) }));
    server = await startFaultServer([json({ status: 'done', data }), giantBody(5)]);
    const { api, close } = apiFor(server.origin);
    expect(await api.countTranscriptions(token, { oneTime: true })).toBe(2000);
    expect(await codeOf(api.countTranscriptions(token, { oneTime: true }))).toBe(
      'response_too_large',
    );
    close();
  });

  it('S40 a request asks for an answer without compression', async () => {
    await failure(answer());
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('the deadline', () => {
  const phases: readonly (readonly [
    string,
    readonly Behaviour[],
    (seen: FaultServer) => boolean,
  ])[] = [
    ['no data after the connection', [], (seen) => seen.connections() === 1],
    ['no answer to the request', [silence], (seen) => seen.requests.length === 1],
    ['headers that arrive very slowly', [dripHeaders], (seen) => seen.drips() > 3],
    ['a body that arrives very slowly', [dripBody], (seen) => seen.drips() > 3],
    ['a body that stalls', [stalledBody], (seen) => seen.drips() === 1],
  ];
  it.each(phases)('S43 ends %s', async (_, script, reached) => {
    server = await startFaultServer(script);
    const { api, clock, aborter, traces, close } = apiFor(server.origin, { deadlineMs: 30_000 });
    const failing = failureOf(api.mintToken(key, OPTIONS));
    await server.until(() => reached(server));
    await clock.advance(29_999);
    expect(aborter.signal.aborted).toBe(false);
    await clock.advance(1);
    expect((await failing).code).toBe('timeout');
    expect(clock.waiting()).toEqual([]);
    expect(traces.at(-1)).toContain('-> timeout in 30000 ms');
    close();
  });

  it('S43 ends a TLS handshake that stalls', async () => {
    server = await startFaultServer([]);
    const { api, clock, close } = apiFor(server.origin.replace('http:', 'https:'), {
      deadlineMs: 30_000,
    });
    const failing = failureOf(api.mintToken(key, OPTIONS));
    await server.until(() => server.connections() === 1);
    await clock.advance(30_000);
    expect((await failing).code).toBe('timeout');
    close();
  });

  it('S43 sends nothing if the deadline has already passed', async () => {
    server = await startFaultServer([answer()]);
    const { api, clock, close } = apiFor(server.origin, { deadlineMs: 5 });
    await clock.advance(5);
    expect(await codeOf(api.mintToken(key, OPTIONS))).toBe('timeout');
    expect(server.connections()).toBe(0);
    close();
  });
});

describe('TLS', needs('openssl'), () => {
  const certificates: Record<string, { key: string; cert: string }> = {};
  beforeAll(() => {
    const directory = mkdtempSync(join(tmpdir(), 'vstoken-tls-'));
    const make = (name: string, alternative: string) => {
      const [keyFile, certFile] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
      const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${alternative}`];
      const form = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      const files = ['-days', '2', '-keyout', keyFile, '-out', certFile];
      execFileSync('openssl', ['req', ...form, ...subject, ...files], { stdio: 'ignore' });
      certificates[name] = {
        key: readFileSync(keyFile, 'utf8'),
        cert: readFileSync(certFile, 'utf8'),
      };
    };
    make('self', 'IP:127.0.0.1');
    rmSync(directory, { recursive: true });
  });

  it('S39 S44 a self-signed certificate is rejected after one attempt, and the error names the fix', async () => {
    server = await startFaultServer([answer()], certificates['self']);
    const { api, close } = apiFor(server.origin);
    const error = await failureOf(api.mintToken(key, OPTIONS));
    expect(error.code).toBe('tls_failed');
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
    expect([server.connections() <= 1, server.requests.length]).toEqual([true, 0]);
    close();
  });

  it('S39 a self-signed certificate is rejected for a session', async () => {
    server = await startFaultServer([answer()], certificates['self']);
    const { api, close } = apiFor(server.origin);
    const request = { url: 'https://a.example/a.wav', language: 'auto', maxDurationS: 15 };
    const error = await failureOf(api.openSession(token, request));
    expect(error.code).toBe('tls_failed');
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(server.requests.length).toBe(0);
    close();
  });

  it('a port that uses plain http is reported', async () => {
    server = await startFaultServer([], undefined, (socket) =>
      socket.end('HTTP/1.1 400 No\r\n\r\n'),
    );
    const { api, close } = apiFor(server.origin.replace('http:', 'https:'));
    expect(await codeOf(api.mintToken(key, OPTIONS))).toBe('tls_failed');
    close();
  });
});

describe('errors of Node.js', () => {
  const cases: readonly (readonly [string, ErrorCode])[] = [
    ['ENOTFOUND', 'dns_failed'],
    ['EAI_AGAIN', 'dns_failed'],
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['EPIPE', 'connection_reset'],
    ['ETIMEDOUT', 'connection_failed'],
    ['EHOSTUNREACH', 'connection_failed'],
    ['ENETUNREACH', 'connection_failed'],
    ['EADDRNOTAVAIL', 'connection_failed'],
    ['CERT_HAS_EXPIRED', 'tls_failed'],
    ['CERT_NOT_YET_VALID', 'tls_failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
    ['EPROTO', 'tls_failed'],
    ['HPE_INVALID_CONSTANT', 'invalid_response'],
    ['HPE_HEADER_OVERFLOW', 'response_too_large'],
    ['ESOMETHINGNEW', 'connection_failed'],
  ];
  it.each(cases)('S22 %s becomes %s, without the text of the error', (below, code) => {
    const error = Object.assign(new Error(`connect to ${CANARY_KEY}`), { code: below });
    const mapped = networkError(error, 'api.example');
    expect(mapped.code).toBe(code);
    expect(mapped.message).toContain('api.example');
    expect(mapped.hint).toBeTruthy();
    expect(mapped.cause).toEqual(Object.assign(new Error(below), { code: below }));
    expectNoSecret(`${mapped.message}${mapped.hint}${mapped.stack}${inspect(mapped.cause)}`);
  });

  it('each kind of certificate error names its fix', () => {
    const hintFor = (code: string) => networkError({ code }, 'api.example').hint;
    expect(hintFor('SELF_SIGNED_CERT_IN_CHAIN')).toContain('NODE_EXTRA_CA_CERTS');
    expect(hintFor('CERT_HAS_EXPIRED')).toContain('clock');
    expect(hintFor('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('name of the API server');
  });

  it('S52 the more specific error of the IPv4 and IPv6 attempts is reported, and never an empty one', () => {
    const refused = { code: 'ECONNREFUSED' };
    const unreachable = { code: 'ENETUNREACH' };
    const both = Object.assign(new AggregateError([unreachable, refused]), { code: 'ENETUNREACH' });
    expect(networkError(both, 'h').code).toBe('connection_refused');
    expect(networkError(new AggregateError([]), 'h').message).not.toBe('');
    expect(networkError(null, 'h').code).toBe('connection_failed');
  });

  it('S33 plain http to another machine is rejected before anything is sent', () => {
    expect(() => apiFor('http://api.vocalstack.com')).toThrowError(
      expect.objectContaining({ code: 'insecure_server' }),
    );
    expect(() => apiFor('http://localhost.evil.com')).toThrowError(
      expect.objectContaining({ code: 'insecure_server' }),
    );
  });
});
