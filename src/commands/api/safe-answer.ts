import type { CallAnswer } from '../../api/call';
import { parseJson } from '../../core/parse-json';
import { WITHHELD, type Withhold, withholdDeep } from '../../core/withhold';
import { replaceStrings } from './indent';

/** Shown instead of the value of a cookie. Reason: a cookie grants access. */
const NOT_SHOWN = '(not shown)';

export type Header = readonly [name: string, value: string];

/** A decoded body. `isText` is false for binary data. `json` is null if the text is not JSON. */
export interface BodyText {
  readonly text: string;
  readonly isText: boolean;
  readonly json: { readonly value: unknown } | null;
}

export function textOf(body: Uint8Array): BodyText {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return { text, isText: !text.includes('\0'), json: jsonIn(text) };
  } catch {
    return { text: Buffer.from(body).toString('latin1'), isText: false, json: null };
  }
}

function jsonIn(text: string): BodyText['json'] {
  try {
    return { value: parseJson(text) };
  } catch {
    return null;
  }
}

/** Returns the headers. Replaces texts that contain a secret, and the values of cookies. */
export function safeHeaders(
  { headers }: Pick<CallAnswer, 'headers'>,
  withhold: Withhold,
): readonly Header[] {
  const shown = headers.map(([name, value]): Header => {
    const isCookie = /^set-cookie2?$/i.test(name);
    return [withhold(name), isCookie ? withoutValue(value) : withhold(value)];
  });
  // A secret can be split over several headers. In that case, all values are removed.
  const whole = shown.map((header) => header.join(' ')).join(' ');
  return withhold(whole) === whole ? shown : shown.map(([name]) => [name, WITHHELD]);
}

function withoutValue(cookie: string): string {
  const [, name] = /^([^=;]*)=/.exec(cookie) ?? [];
  return name === undefined ? NOT_SHOWN : `${name}=${NOT_SHOWN}`;
}

/**
 * Removes secrets from a body. If possible, changes only the JSON strings that contain a secret. Reason: printing the parsed JSON
 * again would change large numbers. If the new body still contains a secret, for example one that is split over several
 * strings, prints the parsed JSON without secrets. If the printed JSON also contains a secret, or if the body is not JSON,
 * replaces the whole body.
 */
export function safeBody(body: BodyText, withhold: Withhold): BodyText {
  const isSafe = (text: string) => withhold(text) === text;
  if (isSafe(body.text)) return body;
  if (body.json) {
    const written = withholdStrings(body.text, withhold);
    if (isSafe(written)) return { ...body, text: written, json: jsonIn(written) };
    const value = withholdDeep(body.json.value, withhold);
    const printed = JSON.stringify(value);
    if (isSafe(printed)) return { ...body, text: printed, json: { value } };
  }
  return { text: WITHHELD, isText: true, json: null };
}

function withholdStrings(text: string, withhold: Withhold): string {
  return replaceStrings(text, (written) => {
    const value = parseJson(written);
    const shown = withhold(String(value));
    return shown === value ? written : JSON.stringify(shown);
  });
}
