import { type Minting, optionsOf, type Use } from '../../core/ledger-lines';
import { durationInWords } from '../../core/time-words';
import { describeToken } from '../../core/token';
import { findSpending, isRefusal, type SpendingUse } from '../../credentials/token-spending';
import type { InspectDocument, Probe, ProbeVerdict } from './document';
import { isInMilliseconds } from './jwt';
import { CLOCK_SET_BACK, type Finding } from './text';

/** What is known, but for what is said of it. */
export type Facts = Omit<InspectDocument, 'verdict' | 'summary' | 'ledger' | 'reply' | 'error'>;

/** What a token is, in a few sentences. @param whyOff why nothing is noted here, as the end of a sentence; null when it is */
export function summarise(facts: Facts, whyOff: string | null): string {
  const jump = facts.findings.filter(isJump).map(({ text }) => text);
  return [...jump, ...probed(facts), ...minting(facts, whyOff), ...claims(facts)].join(' ');
}

/** Whether what was found is that the clock was set back. */
export const isJump = ({ code }: Finding) => code === CLOCK_SET_BACK;

/** The moment that durations are told from; null when none is to be relied on. */
export function tellingFrom({
  findings,
  inspected_at,
}: Pick<Facts, 'findings' | 'inspected_at'>): number | null {
  return findings.some(isJump) ? null : Date.parse(inspected_at);
}

function minting(facts: Facts, whyOff: string | null): readonly string[] {
  const { minted, uses } = facts;
  const now = tellingFrom(facts);
  if (!minted) {
    const sentence =
      whyOff === null
        ? 'This machine has noted no such token within the last day. It notes none of a sandbox.'
        : `Whether it was minted on this machine is not known: ${whyOff}.`;
    return uses.length === 0 ? [sentence] : [sentence, `It ${describeUses(uses, now)}.`];
  }
  const options = describeToken(optionsOf(minted));
  const whose = minted.profile === null ? '' : ` for the profile ${minted.profile}`;
  const age = now === null ? '' : ` ${durationInWords(now - Date.parse(minted.at))} ago`;
  return [
    `Minted here${age} by vstoken ${minted.command}${whose}: ${options}.`,
    lifeInWords(facts, minted, now),
  ];
}

function lifeInWords({ uses, probe }: Facts, minted: Minting, now: number | null): string {
  const used = describeUses(uses, now);
  if (now === null) return `It ${used}.`;
  const leftMs = Date.parse(minted.expires_at) - now;
  if (leftMs <= 0) return `It expired ${durationInWords(-leftMs)} ago, and ${used}.`;
  const spending = findSpending({ minted, uses }, minted.api_server);
  if (spending && spending.how !== 'perhaps') return spentInWords(spending, now);
  const isTaken = probe?.verdict && TAKEN.includes(probe.verdict);
  const isOver = (probe?.verdict && !isTaken) || uses.some(isRefusal);
  const life = `it lives for ${durationInWords(leftMs)} more`;
  if (spending && !isTaken) {
    const by = `It works once, and may be spent: by ${useInWords(spending.use, now)}.`;
    return isOver || probe ? by : `${by} If it is not, ${life}.`;
  }
  // What was just done with it is told already.
  if (probe && (isOver || minted.one_time)) return `Before, it ${used}.`;
  return isOver ? `It ${used}.` : `I${life.slice(1)}, and ${used}.`;
}

function spentInWords({ how, use }: SpendingUse, now: number): string {
  return how === 'spent'
    ? `It works once, and is spent: by ${useInWords(use, now)}.`
    : `It works once, and another program has spent it, as the service said: ${useInWords(use, now)}.`;
}

function describeUses(uses: readonly Use[], now: number | null): string {
  const last = uses.at(-1);
  if (!last) return 'was never used from here';
  const times = uses.length === 1 ? 'once' : `${uses.length} times, the last`;
  return `was used from here ${times}: ${useInWords(last, now)}`;
}

/** One use, in a few words. @param now null to leave out how long ago it was */
export function useInWords(
  { what, outcome, http_status, command, at }: Use,
  now: number | null,
): string {
  const ago = now === null ? '' : `, ${durationInWords(now - Date.parse(at))} ago`;
  const end = outcome === 'ok' ? 'worked' : `failed with ${outcome}`;
  const status = http_status === null ? '' : ` (${http_status})`;
  return `a ${what} that ${end}${status}, by vstoken ${command}${ago}`;
}

function claims({ jwt, inspected_at }: Facts): readonly string[] {
  if (!jwt) return [];
  const now = Date.parse(inspected_at);
  const leftUntil = (iso: string | null) => (iso === null ? null : Date.parse(iso) - now);
  const [leftMs, waitMs] = [leftUntil(jwt.expires_at), leftUntil(jwt.not_before)];
  const words = [
    waitMs !== null && waitMs > 0 && `is good in ${durationInWords(waitMs)} only`,
    leftMs !== null && leftMs > 0 && `lives for ${durationInWords(leftMs)} more`,
    leftMs !== null && leftMs <= 0 && `expired ${durationInWords(-leftMs)} ago`,
    isInMilliseconds(jwt.claims['exp']) &&
      'expires after the year 9999 (in milliseconds? A JWT has seconds)',
  ].filter(Boolean);
  return words.length === 0
    ? ['It has the shape of a JWT; what it says, nobody verified.']
    : [
        `It has the shape of a JWT, and by its own word, which nobody verified, it ${words.join(' and ')}.`,
      ];
}

const TAKEN: readonly ProbeVerdict[] = ['valid', 'wrong_scope'];

/** How a summary begins, for who reads no further. */
const WORDS: Readonly<Record<ProbeVerdict, string>> = {
  valid: 'Valid',
  wrong_scope: 'Wrong access',
  expired: 'Expired',
  spent: 'Spent',
  wrong_server: 'Wrong server',
  unknown: 'Refused',
};

const REFUSALS = {
  expired: 'it expired',
  spent: 'it was used before',
  wrong_server: 'it was minted for another server',
  unknown: 'it is unknown there, expired or used up',
} as const;

function probed({ probe, minted, uses }: Facts): readonly string[] {
  if (!probe) return [];
  const { verdict, api_server } = probe;
  if (verdict === null) return [`${api_server} could not be asked.`];
  const word = WORDS[verdict];
  if (verdict === 'valid' || verdict === 'wrong_scope') {
    return [`${word}: ${api_server} takes it: ${powers(probe)}.`, ...cost(probe, minted)];
  }
  const isByOthers = verdict === 'spent' && minted && !findSpending({ minted, uses }, api_server);
  const why = isByOthers ? 'another program used it, or the service dropped it' : REFUSALS[verdict];
  return [`${word}: ${api_server} refuses it: ${why}.`];
}

function powers({ may_read: read, may_open_session: session }: Probe): string {
  const may = [read && 'read', session && 'open a session'].filter(Boolean);
  const mayNot = [read === false && 'read', session === false && 'open a session'].filter(Boolean);
  return [
    may.length > 0 && `it may ${may.join(' and ')}`,
    mayNot.length > 0 && `it may not ${mayNot.join(' or ')}`,
  ]
    .filter(Boolean)
    .join(', and ');
}

/** What the questions cost. */
function cost({ requests }: Probe, minted: Minting | null): readonly string[] {
  if (minted?.one_time) return ['That spent it.'];
  const [, second] = requests;
  if (second?.outcome === 'token_spent') return ['It was good for one use, and that spent it.'];
  if (second?.outcome === 'token_expired') return ['It expired after that.'];
  if (second?.outcome !== 'token_refused') return [];
  return minted
    ? ['After that it was refused: it expired in between, or the service dropped it.']
    : [
        'After that it was refused: it was good for one use, which this spent, or expired in between.',
      ];
}
