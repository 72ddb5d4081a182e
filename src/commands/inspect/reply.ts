import type { Client } from '../../core/recognise/client';
import { durationInWords } from '../../core/time-words';
import type { InspectDocument } from './document';
import { CAUSE_TEXTS, VERDICT_TEXTS } from './reply-texts';
import { reliableTime } from './summary';

type ReplyFacts = Pick<
  InspectDocument,
  'verdict' | 'causes' | 'candidates' | 'minted' | 'findings' | 'inspected_at'
>;

/**
 * Writes a reply to the person who sent the token: what is wrong, and what to change. The reply contains no part of the token or
 * of the given text.
 */
export function replyTo(document: ReplyFacts, client: Client): string {
  const { causes, candidates, verdict } = document;
  const codes = new Set(causes.map(({ code }) => code));
  // If the token is in a URL, the reply also says that a URL must not contain a token. `causes` contains `url` only if the whole
  // text is a URL, so `url` is added here for a URL in a longer text.
  if (candidates.length === 1 && candidates[0]?.frame === 'url') codes.add('url');
  if (document.findings.some(({ code }) => code === 'json')) codes.add('json');
  const ofCauses = [...codes].flatMap((code) => CAUSE_TEXTS[code]?.(client) ?? []);
  const ofVerdict = verdict === 'not_a_token' && ofCauses.length > 0 ? '' : verdictText(document);
  const faults = [...ofCauses, ...(ofVerdict === '' ? [] : [ofVerdict])];
  const [only] = faults;
  const middle =
    only === undefined
      ? [nothingFound(document)]
      : faults.length === 1
        ? [only]
        : ['We found several causes:', ...faults.map((text, at) => `${at + 1}. ${text}`)];
  return ['Hello,', ...middle, END].join('\n\n');
}

const END =
  'If your request still fails, please send us the HTTP status and the time of the request. Do not send an API key, or a token that still works.';

function verdictText(document: ReplyFacts): string {
  const { verdict, minted } = document;
  const text = VERDICT_TEXTS[verdict];
  const now = reliableTime(document);
  if (verdict !== 'expired' || !minted || now === null) return text;
  const overMs = now - Date.parse(minted.expires_at);
  if (overMs < 0) return text;
  const life = `Its lifetime was ${minted.lifetime_s} s`;
  return `${text} ${life}, and it expired ${durationInWords(overMs)} before we checked it.`;
}

function nothingFound({ verdict }: ReplyFacts): string {
  const accepted = verdict === 'valid' ? 'The service accepts the token, and we' : 'We';
  return `${accepted} found no problem in how the token is written in your text. A token expires after two minutes at most, and may work only once. Please check that your code gets a new token right before each request, and uses it once.`;
}

/**
 * Formats the reply for printing. The document is already escaped, so each line break in it is the text `\u000a`. It is safe to
 * restore the line breaks of a reply, because they all come from vstoken itself.
 */
export function showReply(reply: string, wrap: (text: string) => string): string {
  const lines = reply.split('\\u000a');
  return `${lines.map((line) => (line.startsWith(' ') ? line : wrap(line))).join('\n')}\n`;
}
