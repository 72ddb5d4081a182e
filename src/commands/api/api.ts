import { DOCUMENTED_CALLS } from '../../api/documented-calls';
import { MINT_ERRORS, NETWORK_ERRORS } from '../../cli/common-errors';
import { defineCommand } from '../../cli/define';
import type { ErrorCode } from '../../core/error-codes';
import { loadWithhold, type SecretRegister } from '../../core/secret-register';
import type { TokenOptions } from '../../core/token';
import { KEY_ERRORS } from '../../credentials/errors';
import { checkApiOptions, readOperands } from './check';
import { API_OPERANDS, API_OPTIONS } from './options';
import type { CallResult } from './run';

const ERRORS: readonly ErrorCode[] = [
  'input_file_unusable',
  'stdin_is_terminal',
  'stdin_unreadable',
  ...KEY_ERRORS,
  ...(['no_token', 'token_malformed', 'not_a_token', 'token_for_other_server'] as const),
  ...MINT_ERRORS,
  ...(['token_refused', 'token_expired', 'token_spent', 'token_scope'] as const),
  ...NETWORK_ERRORS,
];

/** The JSON of `vstoken api`: the answer of the server, and the options of the token that was minted for the call. */
interface ApiDocument {
  readonly status: number;
  /** Header values by name. The names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed value if the body is JSON, otherwise the body as text. Null if the body is empty. */
  readonly body: unknown;
  readonly ms: number;
  readonly token: {
    readonly access: string;
    readonly lifetime_s: number;
    readonly one_time: boolean;
  } | null;
}

export const api = defineCommand({
  name: 'api',
  summary: 'make one call to the service with a fresh token',
  description:
    'Mints a token, calls a path of the API server with the token, and prints the body of the answer: unchanged in a pipe, indented in a terminal. vstoken api does not follow redirects.',
  operands: API_OPERANDS,
  operandsHint: 'The arguments are [METHOD] PATH. Example: vstoken api GET /transcriptions',
  options: API_OPTIONS,
  examples: [
    {
      about: 'list transcriptions, without an account',
      line: 'vstoken api --sandbox /transcriptions',
    },
    { about: 'also print the status and the headers', line: 'vstoken api -i /billing/details' },
    {
      about: 'call with the token from standard input',
      line: 'vstoken mint | vstoken api --token-stdin /polyglot',
    },
    {
      about: 'a call that needs a readwrite token',
      line: 'vstoken api POST /polyglot --access readwrite --input body.json',
    },
    {
      about: 'call with the API key instead of a token, as code on your server can do',
      line: 'vstoken api --as key --json /polyglot',
    },
  ],
  errors: ERRORS,
  json: {
    '--json':
      '{status: number, headers: object, body: object | (object | string | number | boolean | null)[] | string | number | boolean | null, ms: number, token: {access: "readonly" | "readwrite", lifetime_s: number, one_time: boolean} | null}',
  },
  appendix: {
    title: 'Known calls',
    items: DOCUMENTED_CALLS.map(({ method, path, about }) => [`${method} ${path}`, about] as const),
  },
  targetOptions: ['profile', 'server', 'sandbox'],
  timeoutMs: 30_000,

  check(values, globals, operands) {
    checkApiOptions(values, readOperands(operands));
    return { json: globals.json };
  },

  async run(context, values, operands) {
    const { runApi } = await import('./run');
    const called = await runApi(context, values, readOperands(operands));
    const { answer, error } = called;
    if (context.globals.json) return { data: await documentOf(context.secrets, called), error };
    const { printAnswer } = await import('./print');
    return { rawOutput: await printAnswer(context, answer, values), error };
  },

  render: () => '',
});

async function documentOf(
  secrets: SecretRegister,
  { answer, minted }: CallResult,
): Promise<ApiDocument> {
  const { safeBody, safeHeaders, textOf } = await import('./safe-answer');
  const withhold = await loadWithhold(secrets);
  const { text, json } = safeBody(textOf(answer.body), withhold);
  const headers = new Map<string, string>();
  for (const [name, value] of safeHeaders(answer, withhold)) {
    const known = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`);
  }
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    body: json ? json.value : text === '' ? null : text,
    ms: answer.ms,
    token: minted && describe(minted),
  };
}

const describe = ({ access, lifetimeS, oneTime }: TokenOptions) => ({
  access,
  lifetime_s: lifetimeS,
  one_time: oneTime,
});
