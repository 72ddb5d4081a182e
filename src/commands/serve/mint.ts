import type { MintedToken } from '../../api/api';
import type { CommandContext } from '../../cli/define';
import type { Secret } from '../../core/secret';
import type { TokenOptions } from '../../core/token';
import { openApi } from '../../credentials/open-api';
import { startDeadline } from '../../network/deadline';

/** How long a page waits for a token at most, in milliseconds. */
const MINT_MS = 10_000;

/**
 * Mints a token for each request, with its own deadline. The request also ends when the client disconnects. A warning of the
 * service is noted once.
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
