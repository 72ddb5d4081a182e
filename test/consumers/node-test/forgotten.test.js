import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mintToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

// A sandbox that is not closed must not keep the process alive. Otherwise this test would never end: the test runner has no time
// limit.
test('forgets to close the sandbox', async () => {
  const { apiKey, url: apiServer } = await startSandbox();
  // The connection that fetch leaves open must not keep the process alive, either.
  assert.equal((await fetch(apiServer)).status, 404);
  const { token } = await mintToken({ apiKey, apiServer });
  assert.ok(token);
});
