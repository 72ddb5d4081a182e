import { type CommandContext, defineCommand } from '../../cli/define';
import { SANDBOX_PORT } from '../../cli/server-options';
import { defaultsFrom, tokenOptionsFrom } from '../../cli/token-options';
import { toCliError } from '../../core/errors';
import { untilStopped } from '../../core/race-abort';
import { sampleUrl } from '../../core/sample-clips';
import { secret } from '../../core/secret';
import { MIN_LIFETIME_S, type TokenOptions } from '../../core/token';
import { counted } from '../../core/words';
import { KEY_ERRORS } from '../../credentials/errors';
import { createBearerCheck } from '../../endpoint/bearer';
import { createHandler } from '../../endpoint/handler';
import { announce, lineOf, renderEndpoint, type ServeDocument } from './announce';
import { createServeMint } from './mint';
import {
  DEFAULT_PATH,
  DEFAULT_PORT,
  publicUrls,
  requireNeededOptions,
  SERVE_OPTIONS,
} from './options';
import { openPage, startPage } from './page';
import { DEFAULT_RATE_PER_MIN } from './values';

const MAX_AT_ONCE = 8;

/**
 * The default limits of the tokens with --sandbox. A sandbox bills nothing, so its tokens are readwrite by default: a page can
 * then transcribe.
 */
const SANDBOX_CEILING: TokenOptions = { access: 'readwrite', lifetimeS: 60, oneTime: true };

export const serve = defineCommand({
  name: 'serve',
  summary: 'run a token endpoint for a front end on this machine',
  description:
    'Runs a token endpoint on this machine, to develop a front end. The endpoint gives tokens to pages of allowed origins, and to local programs that send its secret, which is new at each start.',
  options: SERVE_OPTIONS,
  examples: [
    {
      about: 'a page that transcribes, offline and without an account',
      line: 'vstoken serve --sandbox --page --open',
    },
    {
      about: 'your front end and a sandbox, offline and without an account',
      line: 'vstoken serve --sandbox --allow-origin http://localhost:5173',
    },
    {
      about: 'tokens for pages that transcribe: one-time, 60 s',
      line: 'vstoken serve --access readwrite --lifetime 60s --allow-origin http://localhost:5173',
    },
    {
      about: 'for a script: print the address and the secret as JSON',
      line: 'vstoken serve --port 0 --json',
    },
  ],
  errors: [
    ...KEY_ERRORS,
    'invalid_server',
    'insecure_server',
    'tls_verification_disabled',
    'cannot_listen',
    'page_not_installed',
  ],
  json: {
    '--json':
      '{url: string, path: string, secret: string, allow_origins: string[], access: "readonly" | "readwrite", lifetime_s: number, one_time: boolean, api_server: string, sandbox: boolean, rate: string, page: string | null}',
  },
  appendix: {
    title: 'A request can set stricter limits',
    items: [
      ['GET', 'in the query: access=readonly, lifetime_s=5, one_time=true'],
      ['POST', 'in a JSON body (application/json): {"access", "lifetime_s", "one_time"}'],
    ],
  },
  targetOptions: ['profile', 'server', 'sandbox'],
  timeoutMs: null,

  check(values, { json, sandbox }) {
    requireNeededOptions(values, { sandbox });
    const { allowOrigin, allowPrivateAudio, publicUrl } = values;
    const { page } = publicUrls(values, sandbox);
    const allowOrigins = page === undefined ? allowOrigin : [...allowOrigin, page];
    return {
      json,
      sandbox: {
        ...{ port: SANDBOX_PORT, allowOrigins, allowPrivateAudio, json },
        ...{ publicOrigins: publicUrl, shows: 'always' },
      },
    };
  },

  async run(context, values, _operands, emit) {
    const { target, notes, clock, signal } = context;
    const { key } = await target.key();
    const defaults = target.sandbox ? SANDBOX_CEILING : defaultsFrom(target.settings);
    const ceiling = tokenOptionsFrom(values, defaults);
    const path = values.path ?? DEFAULT_PATH;
    const ratePerMin = values.rate ?? DEFAULT_RATE_PER_MIN;
    const runSecret = secret(context.randomId());
    const hasSecret = createBearerCheck(runSecret);
    let requests = 0;
    let served = 0;
    const mint = createServeMint(context, key);
    const log = (line: string, status = 0) => {
      requests += 1;
      // A stopping server drops its open requests. They are not logged, because they would appear after the summary.
      if (signal.aborted) return;
      if (context.globals.quiet && status >= 500) notes.warn(line);
      else notes.log(line);
    };
    if (!target.sandbox) await tryKey(context, mint);
    const places = publicUrls(values, target.sandbox);
    const common = { clock, publicOrigins: values.publicUrl, log };
    const servers: { close(): Promise<void> }[] = [];
    try {
      // Start the page first, because the endpoint must allow the origin of the page.
      const page = values.page
        ? await startPage(context, {
            ...{ ...common, port: values.pagePort ?? 0, publicOrigin: places.page },
          })
        : null;
      if (page) servers.push(page);
      const allowOrigins = [...new Set([...values.allowOrigin, ...(page ? [page.origin] : [])])];
      const endpoint = await context.startEndpoint({
        ...common,
        port: values.port ?? DEFAULT_PORT,
        handle: createHandler({
          path,
          ceiling,
          allowOrigins,
          allowCredentials: false,
          authorize: ({ headers }, { isPage }) => hasSecret(headers) ?? isPage,
          async mint(wanted, client) {
            const minted = await mint(wanted, client);
            served += 1;
            return minted;
          },
          ratePerMin,
          maxAtOnce: MAX_AT_ONCE,
          clock,
          log: (entry) => log(lineOf(entry, path), entry.status),
        }),
      });
      servers.push(endpoint);
      const document: ServeDocument = {
        url: places.endpoint ?? endpoint.url,
        path,
        secret: runSecret.reveal(),
        allow_origins: allowOrigins,
        access: ceiling.access,
        lifetime_s: ceiling.lifetimeS,
        one_time: ceiling.oneTime,
        api_server: places.sandbox ?? target.apiServer,
        sandbox: target.sandbox,
        rate: `${ratePerMin}/min`,
        page: page?.origin ?? null,
      };
      page?.show({
        endpoint: `${document.url}${path}`,
        apiServer: document.api_server,
        // Not the public URL of the API server, because the API server itself fetches this recording.
        audio: sampleUrl(target.apiServer),
      });
      await emit(document);
      announce(context, document, values.allowOrigin);
      // Not awaited, because some programs that open a browser run until the browser is closed.
      if (page && values.open) void openPage(context, page.origin);
      const code = await untilStopped(signal);
      const tokens = `${counted(served, 'token')} served`;
      notes.log(`Stopped: ${counted(requests, 'request')}, ${tokens}.`);
      const { exitCodeOf } = await import('../../core/error-codes');
      return { exit: exitCodeOf(code) };
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  },

  render: (document: ServeDocument, _options, page) => renderEndpoint(document, page),
});

/**
 * Mints a readonly token with the shortest lifetime, so that a refused key is reported before a page asks for a token.
 * @throws CliError if the service refuses the key
 */
async function tryKey(
  context: CommandContext,
  mint: ReturnType<typeof createServeMint>,
): Promise<void> {
  const smallest = { access: 'readonly', lifetimeS: MIN_LIFETIME_S, oneTime: true } as const;
  try {
    await mint(smallest, context.signal);
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { code, message } = toCliError(thrown);
    if ([4, 5].includes((await import('../../core/error-codes')).exitCodeOf(code))) throw thrown;
    context.notes.warn(`Could not check the key: ${message}`);
  }
}
