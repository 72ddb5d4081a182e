// Runs the programs that are shown in docs/.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createTokenHandler, toNodeListener } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

/** The expected output of each program. */
const PROGRAMS = {
  'mint.mjs': /^true\n$/,
  'client.mjs': /^GET .* -> 200 .*\nWebSocket .* -> session confirmed .*\n$/,
  'errors.mjs': /^key_empty\n\{"code":"key_empty","message":".+","hint":".+"\}\n$/,
  'rehearse.mjs': /^401\nA token is brief,.*\n$/,
};
for (const [name, printed] of Object.entries(PROGRAMS)) {
  // A deprecation warning of Node.js is a failure, too.
  const args = ['--throw-deprecation', name];
  const options = { encoding: 'utf8', timeout: 60_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  assert.deepEqual({ name, status, stderr }, { name, status: 0, stderr: '' });
  assert.match(stdout, printed, name);
}

// page.mjs requests a token from a path. In a browser, fetch sends this request to the page's own server. Here fetch is replaced,
// and sends the request to a server of this test.
const sandbox = await startSandbox();
const asked = [];
const handler = createTokenHandler({
  apiKey: sandbox.apiKey,
  apiServer: sandbox.url,
  authenticate: () => true,
  access: 'readwrite',
  log: ({ status, method, detail }) => asked.push(`${method} ${status} ${detail}`),
});
const server = createServer(toNodeListener(handler));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { fetch } = globalThis;
globalThis.fetch = (path, init) =>
  fetch(new URL(path, `http://127.0.0.1:${server.address().port}`), init);
const { getToken } = await import('./page.mjs');
assert.match(await getToken(), /^[\w-]{43}$/);
assert.equal(asked.length, 1);
assert.match(asked[0], /^\w+ 200 readwrite/);
server.closeAllConnections();
server.close();
await sandbox.close();
