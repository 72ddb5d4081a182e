import { mintToken, testToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

const sandbox = await startSandbox(); // replaces the service: no account, no network
const { apiKey, url: apiServer } = sandbox;

const options = { apiKey, apiServer, access: 'readwrite', lifetimeS: 60 };
const { token, expiresAt } = await mintToken(options);
await testToken({ token, mode: 'connect', apiServer }); // throws if the token does not work
console.log(expiresAt > new Date());
await sandbox.close();
