import { type Minting, optionsOf, type Use } from '../../core/ledger-lines';
import { durationInWords } from '../../core/time-words';
import { describeToken } from '../../core/token';
import { findSpending, isRefusal, type SpendingUse } from '../../credentials/token-spending';
import type { InspectDocument, Probe, ProbeVerdict } from './document';
import { isInMilliseconds } from './jwt';
import { CLOCK_SET_BACK, type Finding } from './text';

/** The document without the members that are computed from the other members. */
export type Facts = Omit<InspectDocument, 'verdict' | 'summary' | 'ledger' | 'reply' | 'error'>;

/**
 * Describes a token in a few sentences.
 * @param whyOff the text of `whyNotRecorded`: why this machine records no tokens; null if it records tokens
 */
export function summarise(facts: Facts, whyOff: string | null): string {
  const clockFindings = facts.findings.filter(isClockSetBack).map(({ text }) => text);
  return [...clockFindings, ...probed(facts), ...minting(facts, whyOff), ...claims(facts)].join(
    ' ',
  );
}

/** Whether the finding is that the clock was set back. */
export const isClockSetBack = ({ code }: Finding) => code === CLOCK_SET_BACK;

/** Returns the time from which durations are counted, in milliseconds since 1970. Returns null if the clock is not reliable. */
export function reliableTime({
  findings,
  inspected_at,
}: Pick<Facts, 'findings' | 'inspected_at'>): number | null {
  return findings.some(isClockSetBack) ? null : Date.parse(inspected_at);
}

function minting(facts: Facts, whyOff: string | null): readonly string[] {
  const { minted, uses } = facts;
  const now = reliableTime(facts);
  if (!minted) {
    const sentence =
      whyOff === null
        ? 'This machine did not record this token in the last 24 hours. Tokens of a sandbox are not recorded.'
        : `It is not known whether this machine minted the token: ${whyOff}.`;
    return uses.length === 0 ? [sentence] : [sentence, `It ${describeUses(uses, now)}.`];
  }
  const options = describeToken(optionsOf(minted));
  const whose = minted.profile === null ? '' : ` for the profile ${minted.profile}`;
  const age = now === null ? '' : ` ${durationInWords(now - Date.parse(minted.at))} ago`;
  return [
    `Minted on this machine${age} by vstoken ${minted.command}${whose}: ${options}.`,
    lifetimeInWords(facts, minted, now),
  ];
}

function lifetimeInWords({ uses, probe }: Facts, minted: Minting, now: number | null): string {
  const used = describeUses(uses, now);
  if (now === null) return `It ${used}.`;
  const leftMs = Date.parse(minted.expires_at) - now;
  if (leftMs <= 0) return `It expired ${durationInWords(-leftMs)} ago, and ${used}.`;
  const spending = findSpending({ minted, uses }, minted.api_server);
  if (spending && spending.how !== 'perhaps') return spentInWords(spending, now);
  const isTaken = probe?.verdict && ACCEPTED.includes(probe.verdict);
  const isOver = (probe?.verdict && !isTaken) || uses.some(isRefusal);
  const life = `it expires in ${durationInWords(leftMs)}`;
  if (spending && !isTaken) {
    const by = `It works once, and may have been used up by ${useInWords(spending.use, now)}.`;
    return isOver || probe ? by : `${by} If not, ${life}.`;
  }
  // Other sentences already describe the requests of the probe. So describe only the uses before the probe.
  if (probe && (isOver || minted.one_time)) return `Before the probe, it ${used}.`;
  return isOver ? `It ${used}.` : `I${life.slice(1)}, and ${used}.`;
}

function spentInWords({ how, use }: SpendingUse, now: number): string {
  return how === 'spent'
    ? `It works once, and was used up by ${useInWords(use, now)}.`
    : `It works once, and another program used it up before ${useInWords(use, now)}.`;
}

function describeUses(uses: readonly Use[], now: number | null): string {
  const last = uses.at(-1);
  if (!last) return 'was not used on this machine';
  const times = uses.length === 1 ? 'once' : `${uses.length} times, the last`;
  return `was used on this machine ${times}: ${useInWords(last, now)}`;
}

/**
 * Describes one use of a token.
 * @param now the current time in milliseconds since 1970; null to leave out how long ago the use was
 */
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
    waitMs !== null && waitMs > 0 && `becomes valid in ${durationInWords(waitMs)}`,
    leftMs !== null && leftMs > 0 && `expires in ${durationInWords(leftMs)}`,
    leftMs !== null && leftMs <= 0 && `expired ${durationInWords(-leftMs)} ago`,
    isInMilliseconds(jwt.claims['exp']) &&
      'expires after the year 9999 (is it in milliseconds? A JWT must use seconds)',
  ].filter(Boolean);
  return words.length === 0
    ? ['It is a JWT without a readable expiry time. Its claims were not verified.']
    : [`It is a JWT. Its claims, which were not verified, say that it ${words.join(' and ')}.`];
}

const ACCEPTED: readonly ProbeVerdict[] = ['valid', 'wrong_scope'];

/** The first words of the summary after a probe. Reason: a hurried reader must see the result immediately. */
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
  spent: 'it was already used',
  wrong_server: 'it was minted for another server',
  unknown: 'the service does not know it, it has expired, or it was used up',
} as const;

function probed({ probe, minted, uses }: Facts): readonly string[] {
  if (!probe) return [];
  const { verdict, api_server } = probe;
  if (verdict === null) return [`Could not check the token at ${api_server}.`];
  const word = WORDS[verdict];
  if (verdict === 'valid' || verdict === 'wrong_scope') {
    return [
      `${word}: ${api_server} accepts the token: ${permissionsInWords(probe)}.`,
      ...probeEffects(probe, minted),
    ];
  }
  const isByOthers = verdict === 'spent' && minted && !findSpending({ minted, uses }, api_server);
  const why = isByOthers ? 'another program used it, or the service deleted it' : REFUSALS[verdict];
  return [`${word}: ${api_server} refuses the token: ${why}.`];
}

function permissionsInWords({ may_read: read, may_open_session: session }: Probe): string {
  const may = [read && 'read', session && 'open a session'].filter(Boolean);
  const mayNot = [read === false && 'read', session === false && 'open a session'].filter(Boolean);
  return [
    may.length > 0 && `it can ${may.join(' and ')}`,
    mayNot.length > 0 && `it cannot ${mayNot.join(' or ')}`,
  ]
    .filter(Boolean)
    .join(', and ');
}

/** Describes what the requests of the probe did to the token. */
function probeEffects({ requests }: Probe, minted: Minting | null): readonly string[] {
  if (minted?.one_time) return ['The request used up the token.'];
  const [, second] = requests;
  if (second?.outcome === 'token_spent')
    return ['The token was one-time, and the request used it up.'];
  if (second?.outcome === 'token_expired') return ['The token expired after this request.'];
  if (second?.outcome !== 'token_refused') return [];
  return minted
    ? [
        'A second request was refused: the token expired between the requests, or the service deleted it.',
      ]
    : [
        'A second request was refused: the token is one-time and was used up by the first request, or it expired between the requests.',
      ];
}
