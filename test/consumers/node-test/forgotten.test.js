import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mintToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

// The runner waits for a file without a limit, so that a server that keeps it alive would end no run.
test('forgets to close the sandbox', async () => {
  const { apiKey, url: apiServer } = await startSandbox();
  // fetch keeps its connection, too.
  assert.equal((await fetch(apiServer)).status, 404);
  const { token } = await mintToken({ apiKey, apiServer });
  assert.ok(token);
});
