import {
  CALL_METHODS,
  type CallMethod,
  type CallTarget,
  isReading,
  parseCallTarget,
} from '../../api/call-target';
import { CliError } from '../../core/errors';
import { type ApiValues, findMethod } from './options';

/** The method and the path from the command line. */
export interface RequestedCall {
  readonly method: CallMethod;
  readonly target: CallTarget;
}

/**
 * Finds the method and the path of the call in the operands. The default method is GET.
 * @throws CliError `invalid_arguments`, `invalid_value`; the messages do not quote the operands
 */
export function readOperands(operands: readonly string[]): RequestedCall {
  const [first, second] = operands;
  if (first === undefined) throw missingPath();
  if (second !== undefined) {
    const method = findMethod(first);
    if (!method) throw noMethod(findMethod(second) !== undefined);
    return { method, target: parseCallTarget(second) };
  }
  if (findMethod(first)) throw missingPath();
  return { method: 'GET', target: parseCallTarget(first) };
}

function missingPath(): CliError {
  return new CliError('invalid_arguments', 'The path is missing.', {
    hint: 'Example: vstoken api /transcriptions',
  });
}

function noMethod(isSwapped: boolean): CliError {
  return new CliError(
    'invalid_arguments',
    `The method must be one of ${CALL_METHODS.join(', ')}.`,
    {
      hint: isSwapped
        ? 'Put the method before the path: vstoken api GET /transcriptions'
        : 'With only a path, the method is GET: vstoken api /transcriptions',
    },
  );
}

/**
 * @throws CliError `conflicting_options` if two options exclude each other; `invalid_arguments` if the method needs --yes or
 * --access readwrite, and the command line does not contain the needed option
 */
export function checkApiOptions(values: ApiValues, { method }: RequestedCall): void {
  const exclude = (message: string, hint?: string) => {
    throw new CliError('conflicting_options', message, { hint });
  };
  const given = givenToken(values);
  if (values.useToken && values.tokenStdin)
    exclude('--token-stdin cannot be used with --use-token.');
  if (values.as === 'key' && given) exclude(`--as key cannot be used with ${given}.`);
  const ofMinting = mintingOption(values);
  if (ofMinting && (values.as === 'key' || given)) {
    exclude(`With ${given ?? '--as key'}, no token is minted, so ${ofMinting} cannot be used.`);
  }
  if (values.input !== undefined && isReading(method)) {
    exclude(
      `A ${method} request has no body, so --input cannot be used.`,
      'Example: vstoken api POST PATH --input FILE',
    );
  }
  if (values.tokenStdin && values.input !== undefined && isStandardInput(values.input)) {
    exclude(
      'Both --token-stdin and "--input -" read from standard input. Use only one of them.',
      'Put the token in VOCALSTACK_AUTH_TOKEN and use --use-token instead of --token-stdin. Or name a file: --input body.json',
    );
  }
  if (!isReading(method)) requireConsent(values, method);
}

/**
 * Requires --yes for a call with the API key, and --access readwrite for a call with a new token. Called for all methods except
 * GET and HEAD, because these other methods may change something or cost money.
 */
function requireConsent(values: ApiValues, method: CallMethod): void {
  if (givenToken(values)) return;
  if (values.as === 'key') {
    if (values.yes) return;
    throw new CliError(
      'invalid_arguments',
      `${method} with the API key may change data or cost money, so it needs --yes.`,
      { hint: 'Add --yes. Or call with a token: omit --as key, and add --access readwrite.' },
    );
  }
  if (values.access === 'readwrite') return;
  throw new CliError(
    'invalid_arguments',
    `${method} may change data or cost money, so it needs --access readwrite.`,
    {
      hint: 'Add --access readwrite. To see how the service answers a request with a readonly token: vstoken mint | vstoken api --token-stdin POST PATH',
    },
  );
}

export const isStandardInput = (path: string) =>
  path === '-' || path === '/dev/stdin' || path === '/dev/fd/0';

function givenToken({ useToken, tokenStdin }: ApiValues): string | undefined {
  return useToken ? '--use-token' : tokenStdin ? '--token-stdin' : undefined;
}

function mintingOption({ access, lifetime, oneTime }: ApiValues): string | undefined {
  if (access !== undefined) return '--access';
  if (lifetime !== undefined) return '--lifetime';
  return oneTime === undefined ? undefined : oneTime ? '--one-time' : '--no-one-time';
}
