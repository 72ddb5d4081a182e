import type { CommandContext } from '../../cli/define';

const WHY_OFF = {
  ci: 'nothing is recorded in CI',
  setting: 'the ledger is off',
  unreadable: 'the ledger is off, because the settings cannot be read',
} as const;

/** Why this machine records nothing, as the end of a sentence. Null if it does record. */
export async function whyNothingIsNoted({ ledger }: CommandContext): Promise<string | null> {
  const why = await ledger.whyOff();
  if (why !== null) return WHY_OFF[why];
  const reason = await ledger.whyUnwritable();
  return reason === null ? null : `nothing can be recorded: ${reason}`;
}
