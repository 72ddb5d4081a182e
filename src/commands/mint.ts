import { CliError, type ErrorCode } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import { formatToken, namesVariable, TOKEN_FORMATS } from '../core/quote';
import { DEFAULT_TOKEN_OPTIONS } from '../core/token';
import { defineCommand } from './define';
import { adviseOnToken, refuseWorkflowCommand } from './mint-advice';
import { type Minted, mintOne } from './mint-one';
import { MAX_CONCURRENCY, MAX_COUNT, parseFormat, parseName, parseWhole } from './mint-values';
import { MINT_ERRORS, NETWORK_ERRORS, USE_ERRORS } from './network-errors';
import { flag, value } from './options';
import { withOwnDeadline } from './own-deadline';
import { KEY_ERRORS } from './store-errors';
import { defaultsFrom, tokenOptionSpecs, tokenOptionsFrom } from './token-options';

const ERRORS: readonly ErrorCode[] = [
  'not_in_github_actions',
  ...KEY_ERRORS,
  ...MINT_ERRORS,
  ...USE_ERRORS,
  ...NETWORK_ERRORS,
];

const DEFAULT_CONCURRENCY = 8;

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
      { words: TOKEN_FORMATS },
    ),
    name: value(
      '--name <var>',
      `the variable that the token goes into (default: ${TOKEN_VARIABLE})`,
      parseName,
    ),
    count: value(
      '--count <number>',
      `mint so many, one a line as they come (1 to ${MAX_COUNT})`,
      parseWhole('--count', MAX_COUNT),
    ),
    concurrency: value(
      '--concurrency <number>',
      `with --count: requests at once, 1 to ${MAX_CONCURRENCY} (default: ${DEFAULT_CONCURRENCY})`,
      parseWhole('--concurrency', MAX_CONCURRENCY),
    ),
    prove: flag(
      '--prove',
      'first try a twin with the same options, for free; print an unused token',
    ),
    interactive: flag('-i, --interactive', 'ask for the options'),
  },
  examples: [
    { about: 'a token with the most restrictive options', line: 'vstoken mint' },
    {
      about: 'one that a browser may transcribe with, once, within a minute',
      line: 'vstoken mint --access readwrite --lifetime 60s --one-time',
    },
    { about: 'one that may be used again', line: 'vstoken mint --no-one-time --lifetime 30s' },
    { about: 'into a variable of the shell', line: 'eval "$(vstoken mint -o env --name TOKEN)"' },
    {
      about: 'for curl, off its arguments',
      line: 'vstoken mint -o curl | curl --config - https://api.vocalstack.com/transcriptions',
    },
    {
      about: 'a hundred of them, sixteen at once',
      line: 'vstoken mint --count 100 --concurrency 16 > tokens.txt',
    },
    {
      about: 'one whose twin was seen to open a session',
      line: 'vstoken mint --access readwrite --prove',
    },
    { about: 'with another stored key', line: 'vstoken mint --profile staging' },
    { about: 'by questions', line: 'vstoken mint --interactive' },
    {
      about: 'for the later steps of a job in GitHub Actions, masked',
      line: 'vstoken mint -o github --name TOKEN',
    },
    {
      about: 'what goes over the wire, without a secret, to a server that is named',
      line: 'vstoken mint --verbose --no-color --api-server https://api.vocalstack.com',
    },
    { about: 'in a script that has no time', line: 'vstoken mint --quiet --timeout 5s' },
    { about: 'without an account', line: 'vstoken mint --sandbox --json' },
  ],
  errors: ERRORS,
  json: '{"token", "access", "lifetime_s", "one_time", "issued_at", "expires_at", "api_server", "profile", "sandbox"}',
  reach: ['profile', 'server', 'sandbox'],
  timeoutMs: 30_000,

  check(options, globals) {
    const exclude = (message: string) => {
      throw new CliError('conflicting_options', message);
    };
    const format = options.output ?? (globals.json ? 'json' : 'text');
    if (globals.json && format !== 'json') exclude(`--json is -o json: it excludes -o ${format}.`);
    if (options.name !== undefined && !namesVariable(format)) {
      exclude(
        `--name names the variable of ${TOKEN_FORMATS.filter(namesVariable).join(', ')}; -o ${format} has none.`,
      );
    }
    if (options.count !== undefined && format !== 'text' && format !== 'json') {
      exclude(`--count prints many tokens, as text or json: it excludes -o ${format}.`);
    }
    if (options.concurrency !== undefined && options.count === undefined) {
      exclude('--concurrency goes with --count.');
    }
    return { json: format === 'json', hasOwnDeadlines: options.count !== undefined };
  },

  async run(context, values, _operands, emit) {
    const format = values.output ?? 'text';
    const isBare = format === 'text' && !context.globals.json;
    const name = values.name ?? TOKEN_VARIABLE;
    if (format === 'github') (await import('./mint-github')).requireGithubFiles(context);

    const { key } =
      values.count === undefined
        ? await context.target.key()
        : await withOwnDeadline(context, (own) => context.target.key(own));
    let options = tokenOptionsFrom(values, defaultsFrom(context.target.settings));
    if (values.interactive) {
      const { askForOptions } = await import('./mint-ask');
      options = await askForOptions(context, options, values);
    }
    if (values.prove) {
      const { proveTwin } = await import('./mint-prove');
      const seen = await withOwnDeadline(context, (own) => proveTwin(own, key, options));
      context.notes.note(
        `Proved: a twin with the same options ${seen}. What is printed is unused.`,
      );
    }
    if (values.count !== undefined) {
      const { mintMany } = await import('./mint-many');
      const batch = {
        count: values.count,
        concurrency: values.concurrency ?? DEFAULT_CONCURRENCY,
      };
      const begun = context.clock.now();
      await mintMany(context, key, options, batch, async (minted) => {
        if (isBare) refuseWorkflowCommand(context, minted.token);
        await emit(minted);
      });
      adviseOnToken(context, options, begun);
      return null;
    }

    const minted = await mintOne(context, key, options);
    if (format === 'github') {
      await (await import('./mint-github')).handToGithub(context, minted.token, name);
      return null;
    }
    if (isBare) refuseWorkflowCommand(context, minted.token);
    adviseOnToken(context, options, Date.parse(minted.issued_at));
    return { data: minted };
  },

  render(minted: Minted, { output = 'text', name = TOKEN_VARIABLE }) {
    return formatToken(
      minted.token,
      output === 'json' || output === 'github' ? 'text' : output,
      name,
    );
  },
});
