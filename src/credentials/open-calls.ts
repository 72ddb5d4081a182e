import type { MintedToken } from '../api/api';
import { type CallAnswer, type CallRequest, createCall } from '../api/call';
import { createMint } from '../api/create-mint';
import { withRetries } from '../api/retry';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import { whyRefused } from './given-key';
import { createTokenRecorder } from './record-tokens';
import type { ServiceContext } from './target';

/** Sends the API calls of `vstoken call`, which may have any path and body, and mints the tokens for these calls. */
export interface Calls {
  /** @throws CliError the same errors as `VocalStackApi.mintToken` */
  mintToken(key: Secret, options: TokenOptions): Promise<MintedToken>;
  /**
   * Sends the request as it is, without retries.
   * @param onAnswer gets the answer before its status is checked
   * @throws CliError if the key or the token is refused, or if the network or the service fails
   */
  callAs(
    who: { readonly key: Secret } | { readonly token: Secret },
    request: CallRequest,
    onAnswer: (answer: CallAnswer) => void,
  ): Promise<void>;
  /** Runs a task. After a failure that may be temporary, runs it again: at most three runs in total. */
  retrying<Value>(task: () => Promise<Value>): Promise<Value>;
}

/** Opens the API of the target server for custom calls. */
export function openCalls(context: ServiceContext): Calls {
  const { http, clock, random, secrets, signal, deadline, notes, target } = context;
  const options = {
    ...{ http, clock, random, secrets, signal },
    deadline: deadline.at(),
    apiServer: target.apiServer,
    trace: notes.trace,
    warn: (text: string) => notes.note(text),
  };
  const tokens = createTokenRecorder(context, target);
  const mint = createMint(options);
  const call = createCall(options);
  const explain = (key: Secret) => async (thrown: unknown) => {
    throw await whyRefused(context, key, thrown);
  };
  return {
    mintToken: (key, wanted) => tokens.mint(() => mint(key, wanted).catch(explain(key)), wanted),
    callAs(who, request, onAnswer) {
      if ('key' in who) {
        return call(request, { kind: 'key', secret: who.key }, onAnswer).catch(explain(who.key));
      }
      const credential = { kind: 'token', secret: who.token } as const;
      return tokens.use(who.token, 'call', () => call(request, credential, onAnswer));
    },
    retrying: (task) => withRetries(task, options),
  };
}
