// Checks that `vstoken serve` accepts only requests with one of its own host names. A handler in an application's server accepts
// all host names.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { startSandbox } from 'vocalstack-token/sandbox';

const origin = 'https://app.example.com';
const sandbox = await startSandbox();
const args = ['serve', '--json', '--port', '0', '--allow-origin', origin];
const child = spawn('vstoken', [...args, '--api-server', sandbox.url], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, VOCALSTACK_API_KEY: sandbox.apiKey },
});
const [line] = await once(createInterface({ input: child.stdout }), 'line');
const { url, path } = JSON.parse(line);

/** Sends a request with a given Host header. Uses node:http, because fetch cannot set this header. */
const ask = (host) =>
  new Promise((resolve, reject) => {
    request(`${url}${path}`, { method: 'POST', headers: { host, origin } }, async (answer) => {
      resolve({ status: answer.statusCode, body: await new Response(answer).json() });
    })
      .on('error', reject)
      .end();
  });

const right = await ask(new URL(url).host);
assert.equal(right.status, 200);
assert.equal(typeof right.body.token, 'string');
for (const host of ['evil.example', '127.0.0.1', `${new URL(url).host}.evil.example`]) {
  const { status, body } = await ask(host);
  assert.equal(status, 421);
  assert.equal(body.error.code, 'wrong_host');
}

child.kill('SIGTERM');
assert.deepEqual(await once(child, 'close'), [143, null]);
await sandbox.close();
