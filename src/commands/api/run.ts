import type { CallAnswer } from '../../api/call';
import { isReading } from '../../api/call-target';
import type { CommandContext } from '../../cli/define';
import { tokenOptionsFrom } from '../../cli/token-options';
import { CliError, toCliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import { DEFAULT_TOKEN_OPTIONS, type TokenOptions } from '../../core/token';
import { type Calls, openCalls } from '../../credentials/open-calls';
import type { RequestedCall } from './check';
import type { ApiValues } from './options';

/** The answer of the server. `error` is set if the status of the answer means an error. */
export interface CallResult {
  readonly answer: CallAnswer;
  /** The options of the token that was minted for the call. Null if no token was minted. */
  readonly minted: TokenOptions | null;
  readonly error: CliError | undefined;
}

/** The credential of the call: the API key, a given token, or a token that is minted for the call. */
type Caller =
  | { readonly kind: 'key' | 'given'; readonly secret: Secret }
  | { readonly kind: 'fresh'; readonly key: Secret; readonly options: TokenOptions };

/**
 * Sends the call that the command line describes.
 * @throws CliError if the call got no answer
 */
export async function runApi(
  context: CommandContext,
  values: ApiValues,
  { method, target }: RequestedCall,
): Promise<CallResult> {
  const { readCallBody, noteSecretsInQuery } = await import('./body');
  noteSecretsInQuery(context.secrets, target.query);
  const body = values.input === undefined ? undefined : await readCallBody(context, values.input);
  const caller = await chooseCaller(context, values);
  const calls = openCalls(context);
  const nextCredential = await credentialsOf(calls, caller);
  let answer: CallAnswer | null = null;
  const attempt = async () => {
    answer = null;
    await calls.callAs(await nextCredential(), { method, target, body }, (came) => {
      answer = came;
    });
  };
  // Retry only a GET or HEAD call, because another method may have changed something, even if the call failed. Do not retry with
  // a given token, because the token may be spent after its first use.
  const isRepeatable = isReading(method) && caller.kind !== 'given';
  const error = await (isRepeatable ? calls.retrying(attempt) : attempt()).then(
    () => undefined,
    (thrown: unknown) => toCliError(thrown),
  );
  const minted = caller.kind === 'fresh' ? caller.options : null;
  if (answer) return { answer, minted, error };
  throw error ?? new Error('The call returned neither an answer nor an error.');
}

async function chooseCaller(context: CommandContext, values: ApiValues): Promise<Caller> {
  if (values.tokenStdin || values.useToken) {
    const { readTokenFromEnvironment, readTokenFromStdin } = await import(
      '../../credentials/token-input'
    );
    const read = values.tokenStdin ? readTokenFromStdin : readTokenFromEnvironment;
    return { kind: 'given', secret: await read(context).catch(rethrowWithHint) };
  }
  const { key } = await context.target.key();
  if (values.as === 'key') return { kind: 'key', secret: key };
  return { kind: 'fresh', key, options: tokenOptionsFrom(values, DEFAULT_TOKEN_OPTIONS) };
}

/**
 * Throws the error again. If the error is `no_token` or `stdin_is_terminal`, replaces its hint, because the original hint shows
 * an example of `vstoken test`.
 */
function rethrowWithHint(error: unknown): never {
  if (!(error instanceof CliError) || !/^(no_token|stdin_is_terminal)$/.test(error.code))
    throw error;
  throw new CliError(error.code, error.message, {
    hint: 'Mint a token and pipe it: vstoken mint | vstoken api --token-stdin /transcriptions',
    cause: error,
  });
}

/**
 * Returns a function that returns the credential for the next try. If the token is minted for the call and is one-time, each try
 * gets its own token, because a one-time token works only once. The first token is minted before the first try: if minting fails,
 * the call is not tried.
 */
async function credentialsOf(calls: Calls, caller: Caller) {
  if (caller.kind !== 'fresh') {
    const { kind, secret } = caller;
    return async () => (kind === 'key' ? { key: secret } : { token: secret });
  }
  const { key, options } = caller;
  let minted = [await calls.mintToken(key, options)];
  return async () => {
    const [ready] = minted;
    if (options.oneTime) minted = [];
    return { token: (ready ?? (await calls.mintToken(key, options))).token };
  };
}
