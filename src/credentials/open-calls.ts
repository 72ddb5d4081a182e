import type { MintedToken } from '../api/api';
import { type CallAnswer, type CallRequest, createCall } from '../api/call';
import { createMint } from '../api/create-mint';
import { withRetries } from '../api/retry';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import { whyRefused } from './given-key';
import { createTokenNotes } from './note-tokens';
import type { ServiceContext } from './target';

/** Calls that a person puts together, and the tokens for them. */
export interface Calls {
  /** @throws CliError as `VocalStackApi.mintToken` does */
  mintToken(key: Secret, options: TokenOptions): Promise<MintedToken>;
  /**
   * Calls once, as it is.
   * @param onAnswer gets the answer before it is judged
   * @throws CliError the codes of the key or the token, and the network's and service's codes
   */
  callAs(
    who: { readonly key: Secret } | { readonly token: Secret },
    request: CallRequest,
    onAnswer: (answer: CallAnswer) => void,
  ): Promise<void>;
  /** Tries up to three times where a failure may pass. */
  retrying<Value>(task: () => Promise<Value>): Promise<Value>;
}

/** The same service as `openApi`, for calls of any kind. */
export function openCalls(context: ServiceContext): Calls {
  const { http, clock, random, secrets, signal, deadline, notes, target } = context;
  const options = {
    ...{ http, clock, random, secrets, signal },
    deadline: deadline.at(),
    apiServer: target.apiServer,
    trace: notes.trace,
    warn: (text: string) => notes.note(text),
  };
  const tokens = createTokenNotes(context, target);
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
