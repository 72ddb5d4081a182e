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
import { isClockSetBack, reliableTime, useInWords } from './summary';
import { headline } from './verdict';

const LABEL_WIDTH = 14;
const MAX_CLAIMS = 30;
const MAX_CANDIDATES = 20;
const MAX_VALUE = 200;

const KINDS = {
  opaque: 'opaque (no readable claims)',
  jwt: 'JWT',
  api_key: 'API key',
  not_a_token: 'not a token',
} as const;

const SOURCES = {
  stdin: 'standard input',
  environment: TOKEN_VARIABLE,
  prompt: 'pasted text',
} as const;

type Row = readonly [label: string, value: string];

export function renderInspection(document: InspectDocument, page: Page): string {
  const { wrap } = page;
  const { summary, findings, candidates, uses, jwt } = document;
  const list = candidates.length > 1 || document.kind === 'not_a_token' ? candidates : [];
  const now = reliableTime(document);
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
      'Possible tokens (choose one with --pick N):',
      list.slice(0, MAX_CANDIDATES).map(candidateInWords),
    ),
    ...items(
      'Used on this machine:',
      uses.map((use) => useInWords(use, now)),
    ),
    ...items(
      'Problems if a request contains this text unchanged:',
      findings.filter((one) => !isClockSetBack(one)).map(({ text }) => text),
    ),
    ...(jwt
      ? ['', wrap('Claims inside the token, not verified:', 0), ...rows(claimsOf(jwt, now))]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

const FRAMES: Readonly<Record<Frame, string>> = {
  alone: 'alone',
  bearer: 'after "Bearer"',
  header: 'in an Authorization header, without "Bearer"',
  variable: 'in a variable or JSON member for tokens',
  url: 'in a URL',
  option: 'in a command line option for tokens',
  ledger: 'minted on this machine',
  api_key: 'API key',
};

function candidateInWords({ n, fingerprint, frame, length }: CandidateRow): string {
  const where = frame === null ? 'not marked as a token' : FRAMES[frame];
  return `${n}: ${fingerprint}, ${length} characters, ${where}`;
}

function factsOf(document: InspectDocument, now: number | null): readonly Row[] {
  const { minted, probe, fingerprint, kind, length, uses, source } = document;
  return [
    ['Source', SOURCES[source]],
    ...(fingerprint === null ? [] : ([['Fingerprint', fingerprint]] as const)),
    ['Length', `${length} characters`],
    ['Format', KINDS[kind]],
    ...(minted
      ? ([
          ['Minted', `${momentInWords(minted.at, now)}, by vstoken ${minted.command}`],
          ['Key', minted.profile === null ? 'not from a profile' : `profile ${minted.profile}`],
          ['Server', minted.api_server],
          ['Options', describeToken(optionsOf(minted))],
          ['Expiry', momentInWords(minted.expires_at, now)],
          ...(uses.length === 0 && !probe ? ([['Used here', 'never']] as const) : []),
        ] as const)
      : []),
    [
      'Ledger',
      document.ledger === 'on' ? 'on (this machine records the tokens that it mints)' : 'off',
    ],
    ...(probe
      ? probe.requests.map(({ request, outcome, http_status }): Row => {
          const status = http_status === null ? '' : ` (${http_status})`;
          return ['Probe', `${request}: ${outcome}${status}`];
        })
      : []),
  ];
}

/** Formats a time, for example `2026-11-24 10:00:00 UTC, 41 s ago`. */
function momentInWords(iso: string, now: number | null): string {
  const moment = dateAndTime(iso);
  if (now === null) return moment;
  const distance = Date.parse(iso) - now;
  const words = durationInWords(Math.abs(distance));
  const relative = distance > 0 ? `in ${words}` : `${words} ago`;
  return `${moment}, ${relative}`;
}

/**
 * Formats the header and the claims of a JWT. Their string values are already escaped, but the names of their members are not.
 * So this function escapes the names.
 */
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
      return [
        name,
        isOdd ? `${value} (is it in milliseconds? A JWT must use seconds)` : value,
      ] as const;
    }),
  ];
  const shown = all.slice(0, MAX_CLAIMS).map(([name, value]): Row => {
    // Escape nested objects as well, because the names of their members are not escaped yet.
    const text = escapeText(typeof value === 'string' ? value : JSON.stringify(value));
    return [`${truncate(escapeText(name), MAX_VALUE)}: `, truncate(text, MAX_VALUE)];
  });
  const more = all.length - shown.length;
  return more > 0 ? [...shown, ['...', `To see ${more} more: use --json`]] : shown;
}

function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
