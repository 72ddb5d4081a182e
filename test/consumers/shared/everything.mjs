// Uses the whole server API of the package. After this file is bundled, the bundle must run without other files.
import {
  createClient,
  createTokenHandler,
  mintToken,
  TokenError,
  testToken,
} from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

async function main() {
  const sandbox = await startSandbox();
  const { apiKey, url: apiServer } = sandbox;
  const { token } = await mintToken({ apiKey, apiServer, access: 'readwrite' });
  const url = `${apiServer}/sandbox/clip.wav`;
  const { text } = await testToken({ token, mode: 'transcribe', url, apiServer });
  const handle = createTokenHandler({ apiKey, apiServer, authenticate: () => true });
  const { status } = await handle(new Request('https://app.example.com/token'));
  const wrong = await mintToken({ apiKey: 'wrong', apiServer }).catch((error) => error);
  const client = createClient({ apiKey, apiServer });
  const { oneTime } = await client.mintToken();
  await client.close();
  await sandbox.close();
  console.log(text.slice(0, 16), status, wrong instanceof TokenError, wrong.code, oneTime);
}

main();
