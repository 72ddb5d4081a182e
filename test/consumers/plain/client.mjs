import { createClient } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

const sandbox = await startSandbox();
const client = createClient({ apiKey: sandbox.apiKey, apiServer: sandbox.url, log: console.log });

const { token } = await client.mintToken({ access: 'readwrite' });
await client.testToken({ token, mode: 'connect' });
await client.close();
await sandbox.close();
