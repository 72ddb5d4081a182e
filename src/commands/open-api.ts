import type { VocalStackApi } from '../api/api';
import { createApi } from '../api/create-api';
import type { CommandContext } from './define';

/** The service, as this command line has chosen it. @param apiServer for a command that has no target */
export function openApi(
  context: CommandContext,
  apiServer = context.target.apiServer,
): VocalStackApi {
  const { http, connect, clock, random, signal, deadline, notes } = context;
  return createApi({
    http,
    connect,
    clock,
    random,
    signal,
    deadline: deadline.at(),
    apiServer,
    trace: (line) => notes.trace(line),
    warn: (text) => notes.note(text),
  });
}
