// Tests `vstoken` and the library in a runtime other than Node.js: the runtime that runs this file.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { testToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

/**
 * Tests `vstoken serve` and `vstoken doctor` in this runtime.
 * @param name the name of the runtime that doctor must report
 * @param args options of the runtime
 */
export async function tryProgram(name, args) {
  const { apiKey, url: apiServer, close } = await startSandbox();
  const env = { ...process.env, VOCALSTACK_API_KEY: apiKey, VOCALSTACK_API_SERVER: apiServer };
  const start = (...line) => {
    const all = [...args, 'node_modules/vocalstack-token/bin/vstoken.js', ...line];
    return spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  };

  const origin = 'https://app.example.com';
  const serve = start('serve', '--json', '--port', '0', '--allow-origin', origin);
  try {
    const [line] = await once(createInterface({ input: serve.stdout }), 'line');
    const { url, path } = JSON.parse(line);
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { origin } });
    assert.equal(answer.status, 200);
    const { token } = await answer.json();
    await testToken({ token, mode: 'read', apiServer });
    const ended = once(serve, 'exit');
    serve.kill('SIGTERM');
    // After SIGTERM, Deno reports the name of the signal. Other runtimes report the exit code 143.
    const [code, signal] = await ended;
    assert.ok(code === 143 || signal === 'SIGTERM', `ended with ${code} ${signal}`);
  } finally {
    serve.kill('SIGKILL');
  }

  const doctor = start('doctor', '--offline', '--json');
  let printed = '';
  doctor.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  await once(doctor, 'close');
  const node = JSON.parse(printed).checks.find(({ id }) => id === 'node');
  assert.match(node.observed, new RegExp(`^${name} \\d`));
  await close();
}
