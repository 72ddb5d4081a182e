import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mintToken, testToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

test('transcribes with a fresh token', async (t) => {
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const { apiKey, url: apiServer } = sandbox;

  const { token } = await mintToken({ apiKey, apiServer, access: 'readwrite' });
  const url = `${apiServer}/sandbox/clip.wav`;
  const { text } = await testToken({ token, mode: 'transcribe', url, apiServer });
  assert.match(text, /A token is brief/);
});

test('tells when a token has expired', async (t) => {
  t.mock.timers.enable();
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const { apiKey, url: apiServer } = sandbox;

  const { token } = await mintToken({ apiKey, apiServer, lifetimeS: 10 });
  await sandbox.advance(11_000); // moves the sandbox's clock
  t.mock.timers.tick(11_000); // moves the clock of your own code
  const reading = testToken({ token, mode: 'read', apiServer });
  await assert.rejects(reading, { code: 'token_expired' });
});
