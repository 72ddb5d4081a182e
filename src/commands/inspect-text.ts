import { isToken } from '../core/token';

/** Something about the text that breaks requests which use it as it is. */
export interface Finding {
  readonly code: string;
  readonly text: string;
}

/** The one finding that is about the machine. */
export const CLOCK_SET_BACK = 'clock_set_back';

export type TokenSource = 'stdin' | 'environment';

/** What was handed in, taken apart. */
export interface Handed {
  /** What is left without what stands around it: the token, if there is one. */
  readonly bare: string;
  /** What that is instead of a token, as the end of a sentence; null for one. */
  readonly instead: string | null;
  readonly findings: readonly Finding[];
}

/** One layer that people and programs put around a token. */
interface Layer {
  readonly code: string;
  readonly text: string;
  /** @returns the text without it, or null when it has none */
  strip(text: string): string | null;
}

const strips = (pattern: RegExp) => (text: string) => {
  const rest = text.replace(pattern, '');
  return rest === text ? null : rest;
};

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]/g;

/** From the outside in; they are tried again until none is left. */
const LAYERS: readonly Layer[] = [
  {
    code: 'byte_order_mark',
    text: 'It begins with a byte order mark, as editors on Windows write it: a server takes it for a part of the token.',
    strip: strips(/^\ufeff/),
  },
  {
    code: 'invisible_characters',
    text: 'It holds characters that cannot be seen, such as a zero-width space: a server takes them for a part of the token.',
    strip: strips(INVISIBLE),
  },
  {
    code: 'carriage_return',
    text: 'It ends with a carriage return, as lines of Windows do: in a header that is an error.',
    strip: strips(/\r\n?$/),
  },
  {
    code: 'line_feed',
    text: 'It ends with a line feed: in a header that is an error.',
    strip: strips(/\n+$/),
  },
  {
    code: 'white_space',
    text: 'There is white space around it: a server may take it for a part of the token.',
    strip: (text) => (text.trim() === text ? null : text.trim()),
  },
  {
    code: 'json',
    text: 'It is a JSON document with the token in it: a client has to take the token out.',
    strip: tokenInJson,
  },
  {
    code: 'assignment',
    text: 'It is a line that sets a variable: the token is what stands behind the name.',
    strip: assignedText,
  },
  {
    code: 'curl_line',
    text: "It is a line of curl's configuration: the token is what stands in its header.",
    strip: (text) => /^header\s*=\s*"(authorization:.*)"$/i.exec(text)?.[1] ?? null,
  },
  {
    code: 'header',
    text: 'It is a whole header: a client that adds its own would send "Authorization:" twice.',
    strip: strips(/^"?authorization"?\s*:\s*/i),
  },
  {
    code: 'bearer_prefix',
    text: 'It was handed in with "Bearer" before it: a client that adds its own would send that twice.',
    strip: strips(/^bearer\s+/i),
  },
  {
    code: 'quotes',
    text: 'There are quotes around it: a server takes them for a part of the token.',
    strip: strips(/^["'`\u2018-\u201f]+|["'`\u2018-\u201f]+$/g),
  },
  {
    code: 'percent_encoding',
    text: 'It is percent-encoded, as in a URL: a header takes a token as it is.',
    strip: percentDecoded,
  },
];

/** What variables and logs hold in the place of a token. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [
    /^(undefined|null|none|nil|nan|true|false|\[object \w+\])$/i,
    'what a program writes where a variable was empty',
  ],
  [/^\*+(redacted\*+)?$|^\[?redacted\]?$/i, 'what a log shows in the place of a secret'],
  [
    /^(\$\{?\w+\}?|\$env:\w+|%\w+%|\$?\{\{.*\}\}|<[^>]*>)$/i,
    'the name of a variable that nothing was put in the place of',
  ],
  [/^bearer$/i, 'the word "Bearer" with nothing behind it'],
];

/**
 * Finds the token in a text that a person handed in, and says what stands around it.
 * @param isKnown whether this machine knows a token: one that it knows is taken as it is
 */
export async function takeApart(
  text: string,
  source: TokenSource,
  isKnown: (token: string) => Promise<boolean>,
): Promise<Handed> {
  // Every program that prints a line ends it so, and every shell takes it away again.
  let rest = source === 'stdin' ? text.replace(/\n$/, '') : text;
  const found = new Map<string, string>();
  const knows = async (token: string) => isToken(token) && (await isKnown(token));
  for (let depth = 0; depth < 20 && !(await knows(rest)); depth += 1) {
    const layer = LAYERS.find(({ strip }) => strip(rest) !== null);
    if (!layer) break;
    found.set(layer.code, layer.text);
    rest = layer.strip(rest) ?? rest;
  }
  const add = (code: string, what: string) => found.set(code, what);
  if (/\s/.test(rest) && !(await knows(rest))) {
    const joined = rest.replace(/\s+/g, '');
    if (await knows(joined)) {
      add('line_break', 'There is white space within it, as where a terminal broke a long line.');
      rest = joined;
    }
  }
  if (/(\.\.\.|\u2026)$/.test(rest)) {
    add('cut_short', 'It ends with dots: what it was copied from had cut it short.');
  }
  const findings = [...found].map(([code, about]) => ({ code, text: about }));
  return { bare: rest, instead: whatInstead(rest), findings };
}

function whatInstead(text: string): string | null {
  if (text === '') return 'nothing is left of it';
  const placeholder = PLACEHOLDERS.find(([pattern]) => pattern.test(text));
  if (placeholder) return `it is ${placeholder[1]}`;
  if (isToken(text)) return null;
  if (/\s/.test(text)) return 'it is several words or lines, and a token is one';
  if (/[^\x21-\x7e]/.test(text)) return 'it holds characters that no token has';
  return 'it is longer than any token';
}

/** Null when nothing in it is encoded, or what is would be no text. */
function percentDecoded(text: string): string | null {
  if (!/%[0-9a-f]{2}/i.test(text)) return null;
  try {
    const decoded = decodeURIComponent(text);
    return /^[\x20-\x7e]+$/.test(decoded) ? decoded : null;
  } catch {
    return null;
  }
}

/** What a shell, fish, PowerShell, cmd or a file of variables gives a variable. */
function assignedText(text: string): string | null {
  const forms = [
    /^(?:export|set)\s+["']?[a-z_]\w*=(.+)$/i,
    /^set\s+-\w+\s+[a-z_]\w*\s+(.+)$/i,
    /^\$env:\w+\s*=\s*(.+)$/i,
    // A token may have a `=` in it, so that not every word before one is a name.
    /^(?:[A-Z][A-Z0-9]*_\w*|\w*token)=(.*[^=].*)$/i,
  ];
  const value = forms.map((form) => form.exec(text)?.[1]).find((found) => found !== undefined);
  return value === undefined ? null : value.replace(/^(["'])(.*)\1$|["']$/, '$2');
}

/** As this program, a token endpoint and the service itself print one. */
function tokenInJson(text: string): string | null {
  if (!/^[{"]/.test(text)) return null;
  try {
    const value = JSON.parse(text);
    const found = [value?.token, value?.data?.token, value?.data?.data, value?.data];
    return found.find((each) => typeof each === 'string') ?? null;
  } catch {
    return null;
  }
}
