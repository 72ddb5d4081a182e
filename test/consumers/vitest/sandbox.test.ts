import { expect, it, vi } from 'vitest';
import { mintToken, testToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

it('transcribes with a fresh token', async () => {
  await using sandbox = await startSandbox(); // is closed at the end of the test
  const { apiKey, url: apiServer } = sandbox;

  const { token } = await mintToken({ apiKey, apiServer, access: 'readwrite' });
  const url = `${apiServer}/sandbox/clip.wav`;
  const { text } = await testToken({ token, mode: 'transcribe', url, apiServer });
  expect(text).toContain('A token is brief');
});

it('tells when a token has expired', async () => {
  vi.useFakeTimers();
  await using sandbox = await startSandbox();
  const { apiKey, url: apiServer } = sandbox;

  const { token } = await mintToken({ apiKey, apiServer, lifetimeS: 10 });
  await sandbox.advance(11_000); // moves the sandbox's clock
  vi.advanceTimersByTime(11_000); // moves the clock of your own code
  const reading = testToken({ token, mode: 'read', apiServer });
  await expect(reading).rejects.toMatchObject({ code: 'token_expired' });
  vi.useRealTimers();
});
