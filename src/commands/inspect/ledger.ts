import type { CommandContext } from '../../cli/define';

const WHY_OFF = {
  ci: 'in CI, tokens are not recorded',
  setting: 'this machine records no tokens, because the setting "ledger" is off',
  unreadable: 'this machine records no tokens, because the settings cannot be read',
} as const;

/**
 * Returns why this machine records no tokens. The words complete the sentence `It is not known whether this machine minted it:
 * ...`. Returns null if this machine records tokens.
 */
export async function whyNotRecorded({ ledger }: CommandContext): Promise<string | null> {
  const why = await ledger.whyOff();
  if (why !== null) return WHY_OFF[why];
  const reason = await ledger.whyUnwritable();
  return reason === null ? null : `tokens cannot be recorded: ${reason}`;
}
