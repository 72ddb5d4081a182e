import { CliError, type ErrorCode } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import { formatToken, TOKEN_FORMATS, type TokenFormat } from '../core/quote';
import { DEFAULT_TOKEN_OPTIONS, type TokenOptions } from '../core/token';
import { type CommandContext, defineCommand } from './define';
import { NETWORK_ERRORS } from './network-errors';
import { openApi } from './open-api';
import { value } from './options';
import { describeToken, tokenOptionSpecs, tokenOptionsFrom } from './token-options';

/** A minted token as `--json` prints it; the times are ISO 8601 in UTC, and `expires_at` is never late. */
interface MintDocument {
  readonly token: string;
  readonly access: string;
  readonly lifetime_s: number;
  readonly one_time: boolean;
  readonly issued_at: string;
  readonly expires_at: string;
  readonly api_server: string;
  readonly profile: string | null;
  readonly sandbox: boolean;
}

const ERRORS: readonly ErrorCode[] = [
  'no_key',
  'key_empty',
  'key_malformed',
  'key_file_unreadable',
  'key_refused',
  'forbidden',
  'minting_unavailable',
  ...NETWORK_ERRORS,
];

/** A person needs some seconds to paste a token. */
const PASTE_S = 15;
const LONG_S = 60;

function parseFormat(text: string): TokenFormat {
  const format = TOKEN_FORMATS.find((known) => known === text);
  if (format) return format;
  throw new CliError('invalid_value', `--output takes one of ${TOKEN_FORMATS.join(', ')}.`);
}

function parseName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw new CliError(
    'invalid_value',
    '--name takes the name of a variable: letters, digits and underscores, not a digit first.',
  );
}

export const mint = defineCommand({
  name: 'mint',
  summary: 'mint an auth token and print it',
  description:
    'Trades the API key for a short-lived auth token that a browser or an app may hold, and prints it on standard output.',
  options: {
    ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS),
    output: value(
      '-o, --output <format>',
      `${TOKEN_FORMATS.join(', ')} (default: text)`,
      parseFormat,
    ),
    name: value(
      '--name <var>',
      `the variable of env and dotenv (default: ${TOKEN_VARIABLE})`,
      parseName,
    ),
  },
  examples: [
    { about: 'a token with the most restrictive options', line: 'vstoken mint' },
    {
      about: 'one that a browser may transcribe with, once, within a minute',
      line: 'vstoken mint --access readwrite --lifetime 60s --one-time',
    },
    { about: 'into a variable of the shell', line: 'eval "$(vstoken mint -o env --name TOKEN)"' },
    {
      about: 'for curl, off its arguments',
      line: 'vstoken mint -o curl | curl --config - https://api.vocalstack.com/transcriptions',
    },
    { about: 'without an account', line: 'vstoken mint --sandbox --json' },
  ],
  errors: ERRORS,
  json: '{"token", "access", "lifetime_s", "one_time", "issued_at", "expires_at", "api_server", "profile", "sandbox"}',
  usesServer: true,
  timeoutMs: 30_000,

  check(options, globals) {
    const format = options.output ?? (globals.json ? 'json' : 'text');
    if (globals.json && format !== 'json') {
      throw new CliError('conflicting_options', `--json is -o json: it excludes -o ${format}.`);
    }
    if (options.name !== undefined && format !== 'env' && format !== 'dotenv') {
      throw new CliError(
        'conflicting_options',
        `--name names the variable of -o env and -o dotenv; -o ${format} has none.`,
      );
    }
    return { json: format === 'json' };
  },

  async run(context, values) {
    const options = tokenOptionsFrom(values, DEFAULT_TOKEN_OPTIONS);
    const { key } = await context.target.key();
    const minted = await openApi(context).mintToken(key, options);
    const token = minted.token.reveal();
    refuseWorkflowCommand(context, token, values.output);
    advise(context, options, minted.sentAt);
    const document: MintDocument = {
      token,
      access: options.access,
      lifetime_s: options.lifetimeS,
      one_time: options.oneTime,
      issued_at: new Date(minted.sentAt).toISOString(),
      expires_at: new Date(minted.sentAt + options.lifetimeS * 1000).toISOString(),
      api_server: context.target.apiServer,
      profile: context.target.profile,
      sandbox: context.target.sandbox,
    };
    return { data: document };
  },

  render: (document, values) =>
    formatToken(
      document.token,
      values.output === undefined || values.output === 'json' ? 'text' : values.output,
      values.name ?? TOKEN_VARIABLE,
    ),
});

/** A bare token stands at the start of a line, where a runner of GitHub Actions looks for commands. */
function refuseWorkflowCommand(
  context: CommandContext,
  token: string,
  format: TokenFormat | undefined,
): void {
  const isBare = format === undefined || format === 'text';
  if (isBare && context.env['GITHUB_ACTIONS'] && /^(::|##\[)/.test(token)) {
    throw new CliError(
      'invalid_response',
      'The token that came back reads as a command to the GitHub Actions runner, so it is not printed bare.',
      { hint: 'Use -o json or -o env.' },
    );
  }
}

function advise(context: CommandContext, options: TokenOptions, sentAt: number): void {
  const { notes, io, target } = context;
  const expiry = timeOfDay(new Date(sentAt + options.lifetimeS * 1000));
  notes.tell(`Minted: ${describeToken(options)}, until ${expiry}.`);
  if (target.sandbox) {
    notes.note(
      'The token is from an embedded sandbox that ends with this command: no other process accepts it. For one that stays, run: vstoken sandbox',
    );
    return;
  }
  if (options.lifetimeS <= PASTE_S && io.stdout.isTerminal) {
    notes.advise(
      `It is dead in ${options.lifetimeS} s, maybe before you have pasted it. To paste: --lifetime 60s`,
    );
  }
  const broad = [
    options.access === 'readwrite' ? 'readwrite (it can run billable work)' : null,
    options.oneTime ? null : 'reusable (who copies it can use it too)',
    options.lifetimeS > LONG_S ? `valid for ${options.lifetimeS} s` : null,
  ].filter((word) => word !== null);
  if (broad.length > 0) {
    notes.advise(
      `Broader than it could be: ${broad.join(', ')}. Keep to readonly, --one-time and a short --lifetime wherever the client can do with it.`,
    );
  }
}

/** Local time by hand: the first use of a locale costs more than all the rest of a mint. */
function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
