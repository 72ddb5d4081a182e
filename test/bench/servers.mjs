/**
 * Starts the servers, prints their addresses, and runs until it is killed. The servers run in their own process, so that they do
 * not slow down the measured programs.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { startSandbox } = createRequire(import.meta.url)('../../dist/sandbox/index.js');
const SLOW_MS = 50;
const sandbox = await startSandbox();
const slow = await startSandbox({ latencyMs: SLOW_MS, apiKey: sandbox.apiKey });

const folder = mkdtempSync(join(tmpdir(), 'vstoken-bench-'));
const key = join(folder, 'key.pem');
const cert = join(folder, 'cert.pem');
execFileSync(
  'openssl',
  `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout ${key} -out ${cert}`.split(
    ' ',
  ),
  { stdio: 'ignore' },
);
const { port } = new URL(sandbox.url);
const secure = createServer(
  { key: readFileSync(key), cert: readFileSync(cert) },
  (incoming, outgoing) => {
    const headers = { ...incoming.headers, host: `127.0.0.1:${port}` };
    request(
      { host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      },
    ).end();
  },
);
rmSync(folder, { recursive: true });
secure.listen(0, '127.0.0.1', () => {
  const https = `https://127.0.0.1:${secure.address().port}`;
  process.stdout.write(
    `${JSON.stringify({ http: sandbox.url, https, slow: slow.url, slowMs: SLOW_MS, apiKey: sandbox.apiKey })}\n`,
  );
});
