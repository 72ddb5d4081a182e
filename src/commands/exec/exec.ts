import { MINT_ERRORS, NETWORK_ERRORS } from '../../cli/common-errors';
import { defineCommand } from '../../cli/define';
import { NAME_OPTION } from '../../cli/name-option';
import { flag } from '../../cli/options';
import { defaultsFrom, tokenOptionSpecs, tokenOptionsFrom } from '../../cli/token-options';
import type { ErrorCode } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import { TOKEN_VARIABLE } from '../../core/key-source';
import { secret } from '../../core/secret';
import { DEFAULT_TOKEN_OPTIONS, describeToken } from '../../core/token';
import { KEY_ERRORS } from '../../credentials/errors';
import { mintOne } from '../../credentials/mint-one';
import { environmentFor, requireFreeName } from './environment';

const ERRORS: readonly ErrorCode[] = [
  ...KEY_ERRORS,
  ...MINT_ERRORS,
  ...NETWORK_ERRORS,
  'command_not_executable',
  'command_not_found',
];

/** Node.js replaces each byte that is not UTF-8 by this character. The program would then get a wrong argument. */
const REPLACEMENT = /\ufffd/;

/** @throws CliError `invalid_value`; it quotes no argument */
function requireText(words: readonly string[]): void {
  const at = words.findIndex((word) => REPLACEMENT.test(word));
  if (at === -1) return;
  const what = at === 0 ? 'The command after the -- is' : `Argument ${at} of the command is`;
  throw new CliError('invalid_value', `${what} not UTF-8, and could not be handed on unchanged.`, {
    hint: "Let a shell make it: vstoken exec -- sh -c 'COMMAND *'. Or rename the file.",
  });
}

export const exec = defineCommand({
  name: 'exec',
  summary: 'run a command with a fresh token',
  description: `Mints a token, and runs a command that has it in ${TOKEN_VARIABLE}, and the API key not. Input, output, signals and the exit code are those of the command; --timeout is for the token alone.`,
  afterDashes: 'COMMAND',
  options: {
    ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS),
    name: NAME_OPTION,
    file: flag(
      '--file',
      'hand it over in a file that is removed at the end; VAR_FILE has its path, and VAR is not set',
      { group: 'Where it goes' },
    ),
  },
  examples: [
    { about: 'a client that needs a token', line: 'vstoken exec -- node client.js' },
    {
      about: 'one that transcribes',
      line: 'vstoken exec --access readwrite --lifetime 60s -- node client.js',
    },
    {
      about: 'several commands need a shell',
      line: "vstoken exec -- sh -c 'node client.js && echo done'",
    },
    {
      about: 'the token in a file instead of the environment',
      line: `vstoken exec --file -- sh -c 'cat "$VOCALSTACK_AUTH_TOKEN_FILE"'`,
    },
    {
      about: 'against a sandbox that lives as long as the command',
      line: 'vstoken exec --sandbox -- vstoken test --use-token --mode read',
    },
  ],
  errors: ERRORS,
  json: {},
  appendix: {
    title: 'What the command gets (VAR: --name)',
    items: [
      ['VAR', 'the token'],
      ['VAR_FILE', 'under --file, in its place: the path of a file that holds it'],
      ['VAR_ACCESS', 'readonly or readwrite'],
      ['VAR_EXPIRES_AT', 'when it is dead, in ISO 8601'],
      ['VOCALSTACK_API_SERVER', 'the server that knows the token, where it is not the usual one'],
    ],
  },
  reach: ['profile', 'server', 'sandbox'],
  timeoutMs: 30_000,

  check({ name }, { json }, operands) {
    if (name !== undefined) requireFreeName(name);
    requireText(operands);
    // Standard error is the child's, unless somebody wants to see more.
    const sandbox = { port: 0, allowOrigins: [], allowPrivateAudio: false, json } as const;
    return { json, sandbox: { ...sandbox, shows: 'verbose' } };
  },

  async run(context, values, [command = '', ...args]) {
    const { target, globals, givenEnv, notes, deadline, ledger } = context;
    const { key } = await target.key();
    const options = tokenOptionsFrom(values, defaultsFrom(target.settings));
    const minted = await mintOne(context, key, options);
    notes.trace?.(`minted for the command: ${describeToken(options)}`);
    // What comes now may take days, and may ask about the token at once.
    deadline.cancel();
    await ledger.flush();
    const name = values.name ?? TOKEN_VARIABLE;
    const exit = await context.runProgram({
      command,
      args,
      env: environmentFor(givenEnv, minted, {
        name,
        isInFile: values.file,
        isServerNamed: globals.apiServer !== undefined,
      }),
      file: values.file ? { variable: `${name}_FILE`, content: secret(minted.token) } : undefined,
    });
    return { exit };
  },

  render: () => '',
});
