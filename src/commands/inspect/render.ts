import type { Page } from '../../cli/define';
import { dateAndTime } from '../../core/iso-time';
import { TOKEN_VARIABLE } from '../../core/key-source';
import { optionsOf } from '../../core/ledger-lines';
import type { Frame } from '../../core/recognise/frames';
import { durationInWords } from '../../core/time-words';
import { describeToken } from '../../core/token';
import { escapeText } from '../../terminal/text';
import type { CandidateRow, InspectDocument } from './document';
import { isInMilliseconds, type Jwt } from './jwt';
import { isJump, tellingFrom, useInWords } from './summary';
import { headline } from './verdict';

const LABEL_WIDTH = 14;
const MAX_CLAIMS = 30;
const MAX_CANDIDATES = 20;
const MAX_VALUE = 200;

const KINDS = {
  opaque: 'opaque: it says nothing of itself',
  jwt: 'JWT',
  api_key: 'an API key',
  not_a_token: 'no token',
} as const;

const SOURCES = {
  stdin: 'standard input',
  environment: TOKEN_VARIABLE,
  prompt: 'pasted here',
} as const;

type Row = readonly [label: string, value: string];

/** The document as text. */
export function renderInspection(document: InspectDocument, page: Page): string {
  const { wrap } = page;
  const { summary, findings, candidates, uses, jwt } = document;
  const list = candidates.length > 1 || document.kind === 'not_a_token' ? candidates : [];
  const now = tellingFrom(document);
  const rows = (list: readonly Row[]) =>
    list.map(([label, value]) => `${label.padEnd(LABEL_WIDTH)}${wrap(value, LABEL_WIDTH)}`);
  const items = (title: string, list: readonly string[]) =>
    list.length === 0 ? [] : ['', wrap(title, 0), ...list.map((text) => `- ${wrap(text, 2)}`)];
  const lines = [
    headline(document, page),
    '',
    wrap(summary, 0),
    '',
    ...rows(factsOf(document, now)),
    ...items(
      'Words that could be a token (--pick N):',
      list.slice(0, MAX_CANDIDATES).map(candidateInWords),
    ),
    ...items(
      'Used from here:',
      uses.map((use) => useInWords(use, now)),
    ),
    ...items(
      'What breaks requests that use the text as it is:',
      findings.filter((one) => !isJump(one)).map(({ text }) => text),
    ),
    ...(jwt
      ? ['', wrap('What it says of itself, which nobody verified:', 0), ...rows(claimsOf(jwt, now))]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

const FRAMES: Readonly<Record<Frame, string>> = {
  alone: 'alone',
  bearer: 'behind "Bearer"',
  header: 'in an Authorization header, without "Bearer"',
  variable: 'in a variable or member for tokens',
  url: 'in a URL',
  option: 'in an option for tokens',
  ledger: 'known here',
  api_key: 'an API key',
};

function candidateInWords({ n, fingerprint, frame, length }: CandidateRow): string {
  const where = frame === null ? 'nothing tells what it is' : FRAMES[frame];
  return `${n}: ${fingerprint}, ${length} characters, ${where}`;
}

function factsOf(document: InspectDocument, now: number | null): readonly Row[] {
  const { minted, probe, fingerprint, kind, length, uses, source } = document;
  return [
    ['Source', SOURCES[source]],
    ...(fingerprint === null ? [] : ([['Fingerprint', fingerprint]] as const)),
    ['Length', `${length} characters`],
    ['Shape', KINDS[kind]],
    ...(minted
      ? ([
          ['Minted', `${momentInWords(minted.at, now)}, by vstoken ${minted.command}`],
          ['Key', minted.profile === null ? 'not a stored one' : `profile ${minted.profile}`],
          ['Server', minted.api_server],
          ['Options', describeToken(optionsOf(minted))],
          ['Expiry', momentInWords(minted.expires_at, now)],
          ...(uses.length === 0 && !probe ? ([['Used here', 'never']] as const) : []),
        ] as const)
      : []),
    ['Ledger', document.ledger === 'on' ? 'on: what is minted here is noted' : 'off'],
    ...(probe
      ? probe.requests.map(({ request, outcome, http_status }): Row => {
          const status = http_status === null ? '' : ` (${http_status})`;
          return ['Asked for', `a ${request}: ${outcome}${status}`];
        })
      : []),
  ];
}

/** As in `2026-11-24 10:00:00 UTC, 41 s ago`. */
function momentInWords(iso: string, now: number | null): string {
  const moment = dateAndTime(iso);
  if (now === null) return moment;
  const distance = Date.parse(iso) - now;
  const words = durationInWords(Math.abs(distance));
  const relative = distance > 0 ? `in ${words}` : `${words} ago`;
  return `${moment}, ${relative}`;
}

/** Names and values come from the token: the names are escaped here, as the values of every document are. */
function claimsOf({ header, claims, ...moments }: Jwt, now: number | null): readonly Row[] {
  const times: Readonly<Record<string, string | null>> = {
    exp: moments.expires_at,
    iat: moments.issued_at,
    nbf: moments.not_before,
  };
  const all = [
    ...Object.entries(header).map(([name, value]) => [`${name} (header)`, value] as const),
    ...Object.entries(claims).map(([name, value]) => {
      const iso = Object.hasOwn(times, name) ? times[name] : null;
      if (iso) return [name, momentInWords(iso, now)] as const;
      const isOdd = Object.hasOwn(times, name) && isInMilliseconds(value);
      return [name, isOdd ? `${value} (in milliseconds? A JWT has seconds)` : value] as const;
    }),
  ];
  const shown = all.slice(0, MAX_CLAIMS).map(([name, value]): Row => {
    // Of what is nested, the names are escaped here too.
    const text = escapeText(typeof value === 'string' ? value : JSON.stringify(value));
    return [`${cut(escapeText(name), MAX_VALUE)}: `, cut(text, MAX_VALUE)];
  });
  const more = all.length - shown.length;
  return more > 0 ? [...shown, ['...', `and ${more} more: see --json`]] : shown;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
