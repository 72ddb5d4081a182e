import { parseJson } from '../parse-json';
import { FAULTS } from './faults';
import { isTokenName } from './names';

/** A layer of text that people and programs put around a token, such as quotes or the name of a header. */
interface Layer {
  readonly code: string;
  readonly text: string;
  /** Returns the text without the layer, or null if the text does not have this layer. */
  strip(text: string): string | null;
}

const strips = (pattern: RegExp) => (text: string) => {
  const rest = text.replace(pattern, '');
  return rest === text ? null : rest;
};

/**
 * The layers (such as quotes or `Bearer`), from the outermost to the innermost. After a layer was removed, all layers are tried
 * again.
 */
export const LAYERS: readonly Layer[] = [
  {
    code: 'carriage_return',
    text: 'The text ends with a carriage return, as lines on Windows do. A carriage return is not allowed in a header.',
    strip: strips(/\r\n?$/),
  },
  {
    code: 'line_feed',
    text: 'The text ends with a line feed, which is not allowed in a header.',
    strip: (text) => withoutEnd(text, '\n'),
  },
  {
    code: 'white_space',
    text: 'There is white space around the token. The server may read it as part of the token.',
    strip: (text) => (text.trim() === text ? null : text.trim()),
  },
  {
    code: 'punctuation',
    text: 'There is a comma, a semicolon or brackets around the token. The server reads them as part of the token.',
    // A short text in angle brackets is a placeholder such as `<token>`, not a token.
    strip: (text) =>
      withoutEnd(text, ',;') ??
      /^\((.+)\)$/s.exec(text)?.[1] ??
      /^<([^<>]{16,})>$/.exec(text)?.[1] ??
      null,
  },
  {
    code: 'url',
    text: 'The text is a URL that contains the token. The client needs only the token.',
    strip: (text) =>
      /^(?:https?|wss?):\/\/[^\s?#]*[?#](?:[^\s#]*[&#])?(?:access_?|auth_?)?token=([^&#\s]+)/i.exec(
        text,
      )?.[1] ?? null,
  },
  {
    code: 'json',
    text: FAULTS.json,
    strip: tokenInJson,
  },
  {
    code: 'assignment',
    text: 'The text is a line that sets a variable. The token is the part after the name.',
    strip: assignedText,
  },
  {
    code: 'curl_line',
    text: 'The text is a line of a curl configuration. The token is in the header that this line sets.',
    strip: (text) => /^header\s*=\s*"(authorization:.*)"$/i.exec(text)?.[1] ?? null,
  },
  {
    code: 'bearer_colon',
    text: FAULTS.bearer_colon,
    strip: (text) => {
      const rest = text.replace(/^("?authorization"?\s*:\s*bearer)\s*:\s*/i, '$1 ');
      return rest === text ? null : rest;
    },
  },
  {
    code: 'header',
    text: 'The text is a whole header. A client that adds "Authorization:" itself would send it twice.',
    strip: strips(/^"?authorization"?\s*:\s*/i),
  },
  {
    code: 'bearer_prefix',
    text: 'The text begins with "Bearer". A client that adds "Bearer" itself would send it twice.',
    strip: strips(/^bearer(?:\s*:\s*|\s+)(?=\S)/i),
  },
  {
    code: 'quotes',
    text: FAULTS.quotes,
    strip: (text) => {
      const rest = text.replace(/^["'`\u2018-\u201f]+/, '');
      return withoutEnd(rest, QUOTES) ?? (rest === text ? null : rest);
    },
  },
  {
    code: 'percent_encoding',
    text: 'The token is percent-encoded, as in a URL. A header must contain the token without encoding.',
    strip: percentDecoded,
  },
];

const QUOTES = '"\'`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f';

/**
 * Removes the given characters from the end of a text. Null if the text does not end with one of them. A regular expression would
 * take quadratic time.
 */
function withoutEnd(text: string, characters: string): string | null {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return end === text.length ? null : text.slice(0, end);
}

/** Decodes percent-encoding. Null if nothing is encoded, or if the decoded text is not printable ASCII. */
function percentDecoded(text: string): string | null {
  if (!/%[0-9a-f]{2}/i.test(text)) return null;
  try {
    const decoded = decodeURIComponent(text);
    return /^[\x20-\x7e]+$/.test(decoded) ? decoded : null;
  } catch {
    return null;
  }
}

/**
 * Returns the value of a token variable that is set in a shell, fish, PowerShell, cmd or a file of variables. Ignores other
 * variables, because they may contain secrets of other services.
 */
function assignedText(text: string): string | null {
  const forms = [
    /^(?:export|set)\s+["']?([a-z_]\w*)=(.+)$/i,
    /^set\s+-\w+\s+([a-z_]\w*)\s+(.+)$/i,
    /^\$env:(\w+)\s*=\s*(.+)$/i,
    // The value must contain a character other than `=`. Reason: `abc==` may be a token that ends with `=`, not an assignment.
    /^([a-z_]\w*)\s*[=:]\s*(.*[^=].*)$/i,
  ];
  for (const form of forms) {
    const [, name = '', value = ''] = form.exec(text) ?? [];
    if (isTokenName(name)) return value.replace(/^(["'])(.*)\1$|["']$/, '$2');
  }
  return null;
}

/** Returns the token in a JSON document of this program, of a token endpoint or of the service. Null if there is no token. */
function tokenInJson(text: string): string | null {
  if (!/^[{"]/.test(text)) return null;
  try {
    const document = Object(parseJson(text));
    const { data } = document;
    const named = Object.keys(document).filter(isTokenName);
    const found = [...named.map((name) => document[name]), data?.token, data?.data, data];
    return found.find((each) => typeof each === 'string') ?? null;
  } catch {
    return null;
  }
}
