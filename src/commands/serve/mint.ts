import type { MintedToken } from '../../api/api';
import type { CommandContext } from '../../cli/define';
import type { Secret } from '../../core/secret';
import type { TokenOptions } from '../../core/token';
import { openApi } from '../../credentials/open-api';
import { startDeadline } from '../../network/deadline';

/** Time limit for minting the token for one request to the endpoint, in milliseconds. */
const MINT_MS = 10_000;

/**
 * Returns a function that mints the token for one request to the endpoint. Minting ends after `MINT_MS`, or when the client
 * disconnects. Each warning of the service is shown only once.
 */
export function createServeMint(
  context: CommandContext,
  key: Secret,
): (wanted: TokenOptions, signal: AbortSignal) => Promise<MintedToken> {
  const noted = new Set<string>();
  const notes = {
    ...context.notes,
    note(text: string) {
      if (noted.has(text)) return;
      noted.add(text);
      context.notes.note(text);
    },
  };
  return async (wanted, client) => {
    const deadline = startDeadline({ clock: context.clock, signal: client }, MINT_MS);
    try {
      const own = { ...context, notes, deadline, signal: deadline.signal };
      return await openApi(own).mintToken(key, wanted);
    } finally {
      deadline.cancel();
    }
  };
}
