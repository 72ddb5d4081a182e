const assert = require('node:assert/strict');

/**
 * Uses the sandbox as the tests of a user do. This must succeed in any test environment, with real and with fake timers.
 * @param library all exports of the package
 */
exports.useSandbox = async (library) => {
  const { startSandbox, createClient, mintToken, testToken, TokenError } = library;
  const lines = [];
  const sandbox = await startSandbox({
    latencyMs: 2,
    paceMs: 2,
    log: (line) => lines.push(line),
  });
  const { apiKey, url: apiServer } = sandbox;
  const { signal } = new AbortController();
  const mint = (options) =>
    mintToken({ apiKey, apiServer, access: 'readwrite', lifetimeS: 60, signal, ...options });

  for (const mode of ['read', 'connect']) {
    const { token } = await mint();
    assert.equal((await testToken({ token, mode, apiServer, signal })).mode, mode);
  }
  const clip = new URL('/sandbox/clip.wav', apiServer);
  const { token } = await mint({ apiServer: new URL(apiServer) });
  const heard = await testToken({ token, mode: 'transcribe', url: clip, apiServer });
  assert.match(heard.text, /A token is brief/);
  assert.equal(heard.segments.length, 3);

  // The next two mints need timers: the first is tried again after a delay, and the second has a timeout.
  sandbox.fail('mint:503*1');
  await mint();
  sandbox.fail('body:stall*1');
  await assertCode(mint({ timeoutMs: 50 }), 'timeout');

  // `advance` moves the sandbox's own clock, so the token expires without waiting.
  const brief = await mint({ lifetimeS: 10, oneTime: false });
  await testToken({ token: brief.token, mode: 'read', apiServer });
  await sandbox.advance(11_000);
  await assertCode(testToken({ token: brief.token, mode: 'read', apiServer }), 'token_expired');

  assert.throws(() => sandbox.fail('no-such-fault'), TokenError);
  await assertCode(sandbox.advance(-1), 'invalid_value');
  sandbox.reset();
  assert.deepEqual([...sandbox.requests()], []);

  const client = createClient({ apiKey, apiServer });
  await client.mintToken();
  await client.close();
  assert.notEqual(lines.length, 0);

  await sandbox.close();
  const error = await assertCode(mint(), 'connection_refused');
  assert.equal(error.cause.code, 'ECONNREFUSED');
};

async function assertCode(work, code) {
  const error = await work.then(
    () => ({ code: 'nothing was thrown' }),
    (thrown) => thrown,
  );
  assert.equal(error.code, code, error);
  return error;
}
