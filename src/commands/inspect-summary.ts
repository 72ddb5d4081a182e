import type { Minting, Use } from '../core/ledger-lines';
import { describeToken } from '../core/token';
import type { InspectDocument, Probe } from './inspect-document';
import { durationInWords } from './time-words';
import { spendingUse } from './token-knowledge';

/** What is known, but for what is said of it. */
export type Facts = Omit<InspectDocument, 'summary' | 'ledger' | 'error'>;

type WhyOff = 'ci' | 'setting' | 'unreadable' | null;

const LEDGER_OFF = {
  ci: 'in CI nothing is noted',
  setting: 'the ledger is off',
  unreadable: 'the ledger is off, since the settings cannot be read',
} as const;

/** What a token is, in a few sentences. @param whyOff why nothing is noted here; null when it is */
export function summarise(facts: Facts, whyOff: WhyOff): string {
  return [...probed(facts), ...minting(facts, whyOff), ...claims(facts)].join(' ');
}

function minting(facts: Facts, whyOff: WhyOff): readonly string[] {
  const { minted, uses, inspected_at } = facts;
  const now = Date.parse(inspected_at);
  if (!minted) {
    const off = whyOff === null ? '' : `, or not noted: ${LEDGER_OFF[whyOff]}`;
    const sentence = `Not minted on this machine within the last day${off}.`;
    return uses.length === 0 ? [sentence] : [sentence, `It ${describeUses(uses, now)}.`];
  }
  const options = describeToken({
    access: minted.access,
    lifetimeS: minted.lifetime_s,
    oneTime: minted.one_time,
  });
  const whose = minted.profile === null ? '' : ` for the profile ${minted.profile}`;
  return [
    `Minted here ${durationInWords(now - Date.parse(minted.at))} ago by vstoken ${minted.command}${whose}: ${options}.`,
    lifeInWords(facts, minted, now),
  ];
}

function lifeInWords({ uses, probe }: Facts, minted: Minting, now: number): string {
  const used = describeUses(uses, now);
  const leftMs = Date.parse(minted.expires_at) - now;
  if (leftMs <= 0) return `It expired ${durationInWords(-leftMs)} ago, and ${used}.`;
  const spending = spendingUse({ minted, uses }, minted.api_server);
  if (spending) return `It works once, and is spent: by ${useInWords(spending, now)}.`;
  // What was just done with it is told already.
  if (probe && minted.one_time) return `Before, it ${used}.`;
  return `It lives for ${durationInWords(leftMs)} more, and ${used}.`;
}

function describeUses(uses: readonly Use[], now: number): string {
  const last = uses.at(-1);
  if (!last) return 'was never used from here';
  const times = uses.length === 1 ? 'once' : `${uses.length} times, the last`;
  return `was used from here ${times}: ${useInWords(last, now)}`;
}

/** One use, in a few words. */
export function useInWords({ what, outcome, http_status, command, at }: Use, now: number): string {
  const end = outcome === 'ok' ? 'worked' : `failed with ${outcome}`;
  const status = http_status === null ? '' : ` (${http_status})`;
  return `a ${what} that ${end}${status}, by vstoken ${command}, ${durationInWords(now - Date.parse(at))} ago`;
}

function claims({ jwt, inspected_at }: Facts): readonly string[] {
  if (!jwt) return [];
  const { expires_at } = jwt;
  if (expires_at === null) return ['It has the shape of a JWT; what it says, nobody verified.'];
  const leftMs = Date.parse(expires_at) - Date.parse(inspected_at);
  const life =
    leftMs > 0
      ? `lives for ${durationInWords(leftMs)} more`
      : `expired ${durationInWords(-leftMs)} ago`;
  return [`It has the shape of a JWT, and by its own word, which nobody verified, it ${life}.`];
}

const REFUSALS = {
  expired: 'it expired',
  spent: 'it was used before',
  wrong_server: 'it was minted for another server',
  unknown: 'it is unknown there, expired or used up',
} as const;

function probed({ probe, minted }: Facts): readonly string[] {
  if (!probe) return [];
  const { verdict, api_server } = probe;
  if (verdict === null) return [`${api_server} could not be asked.`];
  if (verdict === 'valid' || verdict === 'wrong_scope') {
    return [`${api_server} takes it: ${powers(probe)}.`, ...cost(probe, minted?.one_time)];
  }
  return [`${api_server} refuses it: ${REFUSALS[verdict]}.`];
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
function cost({ requests }: Probe, isOneTime: boolean | undefined): readonly string[] {
  if (isOneTime) return ['That spent it.'];
  const isSpent = requests.some(({ outcome }) => outcome === 'token_spent');
  return isSpent ? ['It was good for one use, and that spent it.'] : [];
}
