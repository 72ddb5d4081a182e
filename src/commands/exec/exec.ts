import type { MintedToken } from '../../api/api';
import { MINT_ERRORS, NETWORK_ERRORS } from '../../cli/common-errors';
import { type CommandContext, defineCommand } from '../../cli/define';
import { NAME_OPTION } from '../../cli/name-option';
import { flag } from '../../cli/options';
import { defaultsFrom, tokenOptionSpecs, tokenOptionsFrom } from '../../cli/token-options';
import type { SecretFile } from '../../context/program';
import type { ErrorCode } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import { TOKEN_VARIABLE } from '../../core/key-source';
import type { Secret } from '../../core/secret';
import { DEFAULT_TOKEN_OPTIONS, describeToken, type TokenOptions } from '../../core/token';
import { KEY_ERRORS } from '../../credentials/errors';
import { recordOf } from '../../credentials/mint-one';
import { openApi } from '../../credentials/open-api';
import { environmentFor, requireFreeName } from './environment';

const ERRORS: readonly ErrorCode[] = [
  ...KEY_ERRORS,
  ...MINT_ERRORS,
  ...NETWORK_ERRORS,
  'command_not_executable',
  'command_not_found',
];

/**
 * If a byte of an argument is not UTF-8, Node.js replaces the byte with this character. The command after `--` would then receive
 * a wrong argument.
 */
const REPLACEMENT = /\ufffd/;

/** @throws CliError `invalid_value` if an argument is not UTF-8; the message does not quote the argument */
function requireText(words: readonly string[]): void {
  const at = words.findIndex((word) => REPLACEMENT.test(word));
  if (at === -1) return;
  const what = at === 0 ? 'The command after -- is' : `Argument ${at} of the command is`;
  throw new CliError(
    'invalid_value',
    `${what} not UTF-8, so vstoken would have to change it. The command was not run.`,
    {
      hint: "If the argument is the name of a file, give the file a name in UTF-8. Or use a pattern such as * that matches the file, and let a shell expand the pattern: vstoken exec -- sh -c 'COMMAND *'",
    },
  );
}

function needsReusable(): CliError {
  return new CliError(
    'conflicting_options',
    '--refresh needs --no-one-time: a one-time token is spent after its first use, and then the file has no usable token until the next refresh.',
    { hint: 'Add --no-one-time. Anyone who copies a reusable token can use it until it expires.' },
  );
}

/**
 * Loads the code for --refresh, and opens standard error. Called before the command starts. Reason: while the command runs, only
 * the command may use the standard streams.
 */
async function prepareRefresh(context: CommandContext, key: Secret, options: TokenOptions) {
  const { keepTokenFresh } = await import('./refresh');
  // Node.js opens standard error at the first write. If standard error is a pipe, Node.js then makes the pipe non-blocking, and
  // writes of the command to this pipe could fail. So write here, before the command starts: when Node.js starts the command, it
  // makes the pipe blocking again.
  await context.io.stderr.write('').catch(() => undefined);
  return (first: MintedToken): SecretFile['keepFresh'] =>
    (replace, ended) =>
      keepTokenFresh(context, { key, options, first, replace, ended });
}

export const exec = defineCommand({
  name: 'exec',
  summary: 'run a command with a fresh token',
  description: `Mints a token, and runs a command with the token in ${TOKEN_VARIABLE}. The command never receives the API key. vstoken passes on the input, output, signals and exit code of the command. --timeout limits only the minting of the token.`,
  afterDashes: 'COMMAND',
  options: {
    ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS),
    name: NAME_OPTION,
    file: flag(
      '--file',
      'pass the token in a temporary file instead of the variable VAR (the value of --name); the variable VAR_FILE contains the path of the file',
      { group: 'Output' },
    ),
    refresh: flag(
      '--refresh',
      'with --file and --no-one-time: write a new token to the file after two thirds of each lifetime, until the command ends',
      { group: 'Output' },
    ),
  },
  examples: [
    {
      about: 'run a client that transcribes',
      line: 'vstoken exec --access readwrite --lifetime 60s -- node client.js',
    },
    {
      about: 'run several commands in a shell',
      line: "vstoken exec -- sh -c 'node client.js && echo done'",
    },
    {
      about: 'pass the token in a file instead of a variable',
      line: `vstoken exec --file -- sh -c 'cat "$VOCALSTACK_AUTH_TOKEN_FILE"'`,
    },
    {
      about: 'run a server that reads a fresh token from the file for each request',
      line: 'vstoken exec --file --refresh --no-one-time --lifetime 2m -- node server.js',
    },
    {
      about: 'use a sandbox that runs as long as the command',
      line: 'vstoken exec --sandbox -- vstoken test --use-token --mode read',
    },
  ],
  errors: ERRORS,
  json: {},
  appendix: {
    title: 'Variables (VAR is the value of --name)',
    items: [
      ['VAR', 'the token'],
      ['VAR_FILE', 'with --file, instead of VAR: the path of the file with the token'],
      ['VAR_ACCESS', 'the access of the token: readonly or readwrite'],
      ['VAR_EXPIRES_AT', 'when the token expires, in ISO 8601; not set with --refresh'],
      ['VOCALSTACK_API_SERVER', 'the URL of the API server, if it is not the default server'],
    ],
  },
  targetOptions: ['profile', 'server', 'sandbox'],
  timeoutMs: 30_000,

  check({ name, file, refresh, oneTime }, { json }, operands) {
    if (name !== undefined) requireFreeName(name);
    if (refresh && !file) {
      throw new CliError(
        'conflicting_options',
        '--refresh needs --file: a variable of a running command cannot be changed.',
        {
          hint: 'The command must read the token from the file whose path is in VOCALSTACK_AUTH_TOKEN_FILE, or with --name VAR in VAR_FILE. To run such a command: vstoken exec --file --refresh --no-one-time -- COMMAND',
        },
      );
    }
    if (refresh && oneTime) throw needsReusable();
    requireText(operands);
    // Standard error is for the output of the command, so the sandbox logs only with --verbose.
    const sandbox = { port: 0, allowOrigins: [], allowPrivateAudio: false, json } as const;
    return { json, sandbox: { ...sandbox, shows: 'verbose' } };
  },

  async run(context, values, [command = '', ...args]) {
    const { target, globals, givenEnv, notes, deadline, ledger } = context;
    const options = tokenOptionsFrom(values, defaultsFrom(target.settings));
    if (values.refresh && options.oneTime) throw needsReusable();
    const { key } = await target.key();
    const minted = await openApi(context).mintToken(key, options);
    notes.trace?.(`minted for the command: ${describeToken(options)}`);
    // The command may run for days, so the deadline of --timeout must not end the command. The ledger is written before the
    // command starts, because the command may itself run vstoken, which looks for the token in the ledger.
    deadline.cancel();
    await ledger.flush();
    const name = values.name ?? TOKEN_VARIABLE;
    const refresh = values.refresh ? await prepareRefresh(context, key, options) : undefined;
    const exit = await context.runProgram({
      command,
      args,
      env: environmentFor(givenEnv, recordOf(target, options, minted), {
        name,
        isInFile: values.file,
        isRefreshed: values.refresh,
        isServerNamed: globals.apiServer !== undefined,
      }),
      file: values.file
        ? { variable: `${name}_FILE`, content: minted.token, keepFresh: refresh?.(minted) }
        : undefined,
    });
    return { exit };
  },

  render: () => '',
});
