import {
  type Access,
  type ClientOptions,
  createClient,
  createTokenHandler,
  type ErrorCode,
  formatLogLine,
  isTokenError,
  type MintedToken,
  mintToken,
  TokenError,
  type TokenHandler,
  testToken,
  toNodeListener,
} from 'vocalstack-token';
import * as browser from 'vocalstack-token/browser';
import {
  FAULTS,
  type RunningSandbox,
  type SandboxOptions,
  startSandbox,
} from 'vocalstack-token/sandbox';

const port: number | undefined = process.argv.length > 9 ? 1 : undefined;
const options: SandboxOptions = { port, latencyMs: undefined };
const sandbox: RunningSandbox = await startSandbox(options);
const access: Access = 'readwrite';
const { apiKey, url: apiServer } = sandbox;
const minted: MintedToken = await mintToken({ apiKey, apiServer, access, lifetimeS: port });
const tested = await testToken({
  token: minted.token,
  mode: 'transcribe',
  url: new URL(apiServer),
  apiServer,
});

const wanted: ClientOptions = {
  apiKey,
  apiServer: new URL(apiServer),
  timeoutMs: port,
  log: console.log,
};
const client = createClient(wanted);
await client.mintToken({ access: 'readonly', lifetimeS: undefined });
await client.close();

const handler: TokenHandler = createTokenHandler<{ readonly user: string }>({
  mint: (options) => client.mintToken(options),
  authenticate: (_request, { raw }) => ({ access: 'readonly', label: raw.user }),
  log: (entry) => console.log(formatLogLine(entry)),
});
toNodeListener(handler);
// @ts-expect-error: `apiKey` and `mint` cannot be combined
createTokenHandler({ apiKey, mint: () => client.mintToken(), authenticate: () => true });
// @ts-expect-error: without authenticate, everyone would get a token
createTokenHandler({ apiKey });
// @ts-expect-error: `admin` is not a valid value of `access`
await mintToken({ apiKey, access: 'admin' });

const error: unknown = new TokenError('key_empty', 'text' in tested ? tested.text : '');
const code: ErrorCode | null = isTokenError(error) ? error.code : null;
const spec: string | undefined = FAULTS[0]?.spec;
const source: ReturnType<typeof browser.createTokenSource> = browser.createTokenSource('/token');
console.log(code, spec, source);
export const handled = handler;
