import { CALL_METHODS, type CallMethod } from '../../api/call-target';
import { DOCUMENTED_CALLS } from '../../api/documented-calls';
import { flag, type Operand, type OptionValues, value } from '../../cli/options';
import { tokenOptionSpecs } from '../../cli/token-options';
import { CliError } from '../../core/errors';
import { DEFAULT_TOKEN_OPTIONS } from '../../core/token';

const CREDENTIALS = ['token', 'key'] as const;

function parseCredential(text: string): (typeof CREDENTIALS)[number] {
  const found = CREDENTIALS.find((known) => known === text);
  if (found) return found;
  throw new CliError('invalid_value', `--as must be ${CREDENTIALS.join(' or ')}.`, {
    hint: 'With --as key, vstoken sends the API key instead of a token, as code on your server can do.',
  });
}

const CREDENTIAL = 'Credential';
const ANSWER = 'Request and answer';

export const API_OPTIONS = {
  ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS),
  as: value('--as <credential>', 'what to send: token, or key (API key)', parseCredential, {
    group: CREDENTIAL,
    preset: 'token',
    completes: { words: CREDENTIALS },
  }),
  useToken: flag('--use-token', 'use the token in VOCALSTACK_AUTH_TOKEN instead of minting one', {
    group: CREDENTIAL,
  }),
  tokenStdin: flag('--token-stdin', 'use the token on standard input instead of minting one', {
    group: CREDENTIAL,
  }),
  yes: flag('--yes', 'with --as key: allow methods other than GET and HEAD', {
    group: CREDENTIAL,
  }),
  input: value(
    '--input <path>',
    'send this JSON file as the body; - is standard input',
    (text) => text,
    {
      group: ANSWER,
    },
  ),
  include: flag('-i, --include', 'print the status line and the headers before the body', {
    group: ANSWER,
  }),
} as const;

export type ApiValues = OptionValues<typeof API_OPTIONS>;

/** Returns the fixed start of a path, for example `/items/` for `/items/:id`. */
const typedOf = (path: string) => path.replace(/:.*$/, '');

function completePath(methods: readonly CallMethod[]) {
  const calls = DOCUMENTED_CALLS.filter(({ method }) => methods.includes(method));
  const descriptions = new Map<string, string>();
  for (const { path, about } of calls) {
    const typed = typedOf(path);
    if (!descriptions.has(typed)) descriptions.set(typed, about);
  }
  return [...descriptions];
}

/**
 * Returns the method to look for in the list of documented calls. The list does not contain HEAD. HEAD accepts the same paths as
 * GET, so GET is returned for HEAD.
 */
const asDocumented = (method: CallMethod): CallMethod => (method === 'HEAD' ? 'GET' : method);

export const API_OPERANDS: readonly Operand[] = [
  {
    name: '[method]',
    summary: `${CALL_METHODS.join(', ')} (default: GET)`,
    completes: () => ({ words: [...CALL_METHODS, ...completePath(['GET'])] }),
  },
  {
    name: '<path>',
    summary: 'the path on the API server; may contain a query',
    completes([first = '']) {
      const method = findMethod(first);
      return method && { words: completePath([asDocumented(method)]) };
    },
  },
];

export const findMethod = (text: string) =>
  CALL_METHODS.find((method) => method === text.toUpperCase());
