import { type CommandContext, defineCommand } from '../../cli/define';
import { list, value } from '../../cli/options';
import {
  allowPrivateAudio,
  parseOrigin,
  parsePort,
  publicUrl,
  SANDBOX_PORT,
} from '../../cli/server-options';
import { defaultsFrom, tokenOptionSpecs, tokenOptionsFrom } from '../../cli/token-options';
import { CliError, toCliError } from '../../core/errors';
import { untilStopped } from '../../core/race-abort';
import { secret } from '../../core/secret';
import { DEFAULT_TOKEN_OPTIONS, MIN_LIFETIME_S, type TokenOptions } from '../../core/token';
import { counted } from '../../core/words';
import { KEY_ERRORS } from '../../credentials/errors';
import { createBearerCheck } from '../../endpoint/bearer';
import { createHandler } from '../../endpoint/handler';
import { announce, lineOf, renderEndpoint, type ServeDocument } from './announce';
import { createServeMint } from './mint';
import { DEFAULT_RATE_PER_MIN, parsePath, parseRate } from './values';

const DEFAULT_PORT = 8788;
const DEFAULT_PATH = '/token';
const MAX_AT_ONCE = 8;
const ENDPOINT = 'Endpoint';

/** Nothing is billed in a sandbox: there a page may transcribe at once. */
const SANDBOX_CEILING: TokenOptions = { access: 'readwrite', lifetimeS: 60, oneTime: true };

export const serve = defineCommand({
  name: 'serve',
  summary: 'run a token endpoint for a front end on this machine',
  description:
    'Serves tokens on loopback to a front end that is being developed: to pages of the origins that are allowed, and to local programs that send the secret of this run.',
  options: {
    port: value('--port <number>', '0 picks a free one', parsePort, {
      group: ENDPOINT,
      preset: String(DEFAULT_PORT),
    }),
    path: value('--path <url-path>', 'where tokens are', parsePath, {
      group: ENDPOINT,
      preset: DEFAULT_PATH,
    }),
    allowOrigin: list(
      '--allow-origin <origin...>',
      'pages that may ask, such as http://localhost:5173',
      parseOrigin,
      { group: ENDPOINT },
    ),
    allowPrivateAudio: allowPrivateAudio(
      ENDPOINT,
      'with --sandbox: it fetches audio from private addresses, too',
    ),
    publicUrl: publicUrl(
      ENDPOINT,
      'where a forwarded port shows this endpoint; again for its sandbox',
    ),
    rate: value('--rate <rate>', 'the most requests that get a token', parseRate, {
      group: ENDPOINT,
      preset: `${DEFAULT_RATE_PER_MIN}/min`,
    }),
    ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS, 'The most that a token may do'),
  },
  examples: [
    {
      about: 'a front end and the emulator, offline and without an account',
      line: 'vstoken serve --sandbox --allow-origin http://localhost:5173',
    },
    {
      about: 'tokens with which pages may transcribe, once, within a minute',
      line: 'vstoken serve --access readwrite --lifetime 60s --allow-origin http://localhost:5173',
    },
    {
      about: 'for a script: the address and the secret as JSON',
      line: 'vstoken serve --port 0 --json',
    },
  ],
  errors: [
    ...KEY_ERRORS,
    'invalid_server',
    'insecure_server',
    'tls_verification_disabled',
    'cannot_listen',
  ],
  json: {
    '--json':
      '{url: string, path: string, secret: string, allow_origins: string[], access: "readonly" | "readwrite", lifetime_s: number, one_time: boolean, api_server: string, sandbox: boolean, rate: string}',
  },
  appendix: {
    title: 'A request may ask for less',
    items: [
      ['GET', 'in its query: access=readonly, lifetime_s=5, one_time=true'],
      ['POST', 'in a body of application/json: {"access", "lifetime_s", "one_time"}'],
    ],
  },
  reach: ['profile', 'server', 'sandbox'],
  timeoutMs: null,

  check({ allowOrigin, allowPrivateAudio, publicUrl }, { json, sandbox }) {
    if (allowPrivateAudio && !sandbox) {
      throw new CliError(
        'conflicting_options',
        '--allow-private-audio is about the embedded sandbox: it takes --sandbox.',
      );
    }
    return {
      json,
      sandbox: {
        ...{ port: SANDBOX_PORT, allowOrigins: allowOrigin, allowPrivateAudio, json },
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
    const isRight = createBearerCheck(runSecret);
    let requests = 0;
    let handedOut = 0;
    const mint = createServeMint(context, key);
    const log = (line: string, status = 0) => {
      requests += 1;
      // Requests that are dropped at the end would follow the last word on standard error.
      if (signal.aborted) return;
      if (context.globals.quiet && status >= 500) notes.warn(line);
      else notes.log(line);
    };
    if (!target.sandbox) await tryKey(context, mint);
    const endpoint = await context.startEndpoint({
      clock: context.clock,
      publicOrigins: values.publicUrl,
      port: values.port ?? DEFAULT_PORT,
      handle: createHandler({
        path,
        ceiling,
        allowOrigins: values.allowOrigin,
        allowCredentials: false,
        authorize: ({ headers }, { isPage }) => isRight(headers) ?? isPage,
        async mint(wanted, client) {
          const minted = await mint(wanted, client);
          handedOut += 1;
          return minted;
        },
        ratePerMin,
        maxAtOnce: MAX_AT_ONCE,
        clock,
        log: (entry) => log(lineOf(entry, path), entry.status),
      }),
      log,
    });
    try {
      const document: ServeDocument = {
        url: values.publicUrl[0] ?? endpoint.url,
        path,
        secret: runSecret.reveal(),
        allow_origins: values.allowOrigin,
        access: ceiling.access,
        lifetime_s: ceiling.lifetimeS,
        one_time: ceiling.oneTime,
        api_server: (target.sandbox && values.publicUrl[1]) || target.apiServer,
        sandbox: target.sandbox,
        rate: `${ratePerMin}/min`,
      };
      await emit(document);
      announce(context, document);
      const code = await untilStopped(signal);
      const tokens = `${counted(handedOut, 'token')} handed out`;
      notes.log(`Stopped: ${counted(requests, 'request')}, ${tokens}.`);
      const { exitCodeOf } = await import('../../core/error-codes');
      return { exit: exitCodeOf(code) };
    } finally {
      await endpoint.close();
    }
  },

  render: (document: ServeDocument, _options, page) => renderEndpoint(document, page),
});

/** The smallest token, since a key that is refused is better known before a page asks. @throws CliError of the key */
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
    context.notes.warn(`The key could not be tried: ${message}`);
  }
}
