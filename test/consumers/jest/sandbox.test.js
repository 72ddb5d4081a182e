const { mintToken, testToken } = require('vocalstack-token');
const { startSandbox } = require('vocalstack-token/sandbox');

let sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.reset());
afterAll(() => sandbox.close());

test('transcribes with a fresh token', async () => {
  const { apiKey, url: apiServer } = sandbox;
  const { token } = await mintToken({ apiKey, apiServer, access: 'readwrite' });
  const url = `${apiServer}/sandbox/clip.wav`;
  const { text } = await testToken({ token, mode: 'transcribe', url, apiServer });
  expect(text).toContain('A token is brief');
});

test('tells when a token has expired', async () => {
  jest.useFakeTimers();
  const { apiKey, url: apiServer } = sandbox;
  const { token } = await mintToken({ apiKey, apiServer, lifetimeS: 10 });
  await sandbox.advance(11_000); // moves the sandbox's clock
  jest.advanceTimersByTime(11_000); // moves the clock of your own code
  const reading = testToken({ token, mode: 'read', apiServer });
  await expect(reading).rejects.toMatchObject({ code: 'token_expired' });
});
