import type { VocalStackApi } from '../api/api';
import { createApi } from '../api/create-api';
import { createTokenRecorder, recordTokens } from './record-tokens';
import type { ServiceContext, ServiceTarget } from './target';

/**
 * Opens the API of a server.
 * @param target default: the target of the command
 */
export function openApi(
  context: ServiceContext,
  target: ServiceTarget = context.target,
): VocalStackApi {
  const { http, connect, clock, random, secrets, signal, deadline, notes } = context;
  const api = createApi({
    http,
    connect,
    clock,
    random,
    secrets,
    signal,
    deadline: deadline.at(),
    apiServer: target.apiServer,
    trace: notes.trace,
    warn: (text) => notes.note(text),
  });
  const mintToken: VocalStackApi['mintToken'] = (key, wanted) =>
    api.mintToken(key, wanted).catch(async (thrown) => {
      const { whyRefused } = await import('./given-key');
      throw await whyRefused(context, key, thrown);
    });
  return recordTokens({ ...api, mintToken }, createTokenRecorder(context, target));
}
