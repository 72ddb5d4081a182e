import type { Page } from '../../cli/define';
import { durationInWords } from '../../core/time-words';
import { VERDICTS, type Verdict, type VerdictKind } from '../../core/verdicts';
import { findSpending, isRefusal } from '../../credentials/token-spending';
import type { InspectDocument } from './document';
import { type Facts, reliableTime } from './summary';

/**
 * Returns the verdict on a token: from the answer of the service, otherwise from the data on this machine.
 * @param isOpen whether the text has several possible tokens
 * @param isNoted whether this machine records the tokens that it mints
 */
export function verdictOf(
  facts: Facts,
  { isOpen, isNoted }: { readonly isOpen: boolean; readonly isNoted: boolean },
): Verdict {
  const { kind, probe, minted, uses } = facts;
  if (kind === 'api_key') return 'api_key';
  if (kind === 'not_a_token') return isOpen ? 'ambiguous' : 'not_a_token';
  if (probe) return probe.verdict ?? 'not_checked';
  if (!minted) return isNoted ? 'not_minted_here' : 'nothing_noted';
  const now = reliableTime(facts);
  if (now === null) return 'minted_here';
  if (Date.parse(minted.expires_at) <= now) return 'expired';
  const spending = findSpending({ minted, uses }, minted.api_server);
  if (spending) return spending.how === 'perhaps' ? 'may_be_spent' : 'spent';
  return uses.some(isRefusal) ? 'unknown' : 'not_expired';
}

const COLORS = { good: 'green', bad: 'red', open: 'yellow' } as const satisfies Readonly<
  Record<VerdictKind, string>
>;

/** Returns the first line of the output: a mark and the verdict. */
export function headline(document: InspectDocument, { style, marks, wrap }: Page): string {
  const { kind } = VERDICTS[document.verdict];
  const color = style[COLORS[kind]];
  return wrap(color(`${marks[kind]} ${style.bold(inWords(document))}`), 2);
}

function inWords(document: InspectDocument): string {
  const { verdict, minted, jwt } = document;
  const { words } = VERDICTS[verdict];
  const now = reliableTime(document);
  if (now === null) return words;
  const leftMs = (iso: string) => Date.parse(iso) - now;
  if (minted && verdict === 'not_expired') {
    return `${words}: expires in ${durationInWords(leftMs(minted.expires_at))}`;
  }
  if (minted && verdict === 'expired' && leftMs(minted.expires_at) <= 0) {
    return `${words} ${durationInWords(-leftMs(minted.expires_at))} ago`;
  }
  if (verdict === 'not_minted_here' && jwt?.expires_at && leftMs(jwt.expires_at) <= 0) {
    return `${words}, and expired ${durationInWords(-leftMs(jwt.expires_at))} ago according to its own claims`;
  }
  return words;
}
