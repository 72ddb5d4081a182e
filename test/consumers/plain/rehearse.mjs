import { createTokenHandler, testToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

const sandbox = await startSandbox({ port: 0 });
const handler = createTokenHandler({
  apiKey: sandbox.apiKey,
  apiServer: sandbox.url,
  authenticate: (request) => request.headers.get('cookie') === 'session=1',
  access: 'readwrite',
  lifetimeS: 60,
});

const address = 'https://app.example.com/token';
const ask = (headers) => handler(new Request(address, { method: 'POST', headers }));
console.log((await ask({})).status); // prints 401, because the request has no session

const { token } = await (await ask({ cookie: 'session=1' })).json();
const url = `${sandbox.url}/sandbox/clip.wav`;
const { text } = await testToken({ token, mode: 'transcribe', url, apiServer: sandbox.url });
console.log(text); // prints the text that is spoken in clip.wav
await sandbox.close();
