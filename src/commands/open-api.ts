import type { VocalStackApi } from '../api/api';
import { createApi } from '../api/create-api';
import type { CommandContext } from './define';

/** The service, as this command line has chosen it. */
export function openApi(context: CommandContext): VocalStackApi {
  const { http, connect, clock, random, signal, deadline, target, notes } = context;
  return createApi({
    http,
    connect,
    clock,
    random,
    signal,
    deadline: deadline.at(),
    apiServer: target.apiServer,
    trace: (line) => notes.trace(line),
    warn: (text) => notes.note(text),
  });
}
