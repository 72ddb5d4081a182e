import type { VocalStackApi } from '../api/api';
import { openSdk } from '../api/sdk';
import type { ClientRecord } from './client-option';
import type { CommandContext } from './define';
import { noteTokens } from './note-tokens';

/** The service by way of the SDK, which runs until it is closed. */
export interface SdkInUse {
  readonly api: VocalStackApi;
  readonly client: ClientRecord;
  close(): Promise<void>;
}

/**
 * Starts the SDK of the project in the working directory, and names it before any of it runs.
 * @param onFound told of it, too
 * @throws CliError `sdk_missing`, `sdk_broken`, `timeout`
 */
export async function openSdkInUse(
  context: CommandContext,
  onFound: (client: ClientRecord) => void = () => undefined,
): Promise<SdkInUse> {
  const { startSdkHost, clock, signal, target, notes } = context;
  const { api, sdk, close } = await openSdk({
    ...{ startHost: startSdkHost, clock, signal },
    apiServer: target.apiServer,
    trace: (line) => notes.trace(line),
    onFound({ version, path }) {
      notes.note(`SDK: @vocalstack/js-sdk ${version ?? 'of an unknown version'}, in ${path}`);
      onFound({ name: 'sdk', version, path });
    },
  });
  return { api: noteTokens(api, context, target), client: { name: 'sdk', ...sdk }, close };
}
