import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mintToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

// The test runner waits for a file without a limit, so a server that keeps the process alive would block it.
test('forgets to close the sandbox', async () => {
  const { apiKey, url: apiServer } = await startSandbox();
  // fetch keeps its connection open too.
  assert.equal((await fetch(apiServer)).status, 404);
  const { token } = await mintToken({ apiKey, apiServer });
  assert.ok(token);
});
