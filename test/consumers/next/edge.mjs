// Checks the answer of a Next route that runs in the edge runtime.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const args = ['node_modules/next/dist/bin/next', 'start', '--port', '0'];
const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  let url;
  for await (const line of createInterface({ input: server.stdout })) {
    url ??= /http:\/\/localhost:\d+/.exec(line)?.[0];
    if (url && /ready/i.test(line)) break;
  }
  const answer = await fetch(`${url}/edge`);
  const { isOurs, code, message } = await answer.json();
  assert.equal(isOurs, true);
  assert.equal(code, 'unsupported_runtime');
  assert.match(message, /^createTokenHandler needs Node\.js, Bun or Deno/);
} finally {
  server.kill('SIGTERM');
  await once(server, 'close');
}
