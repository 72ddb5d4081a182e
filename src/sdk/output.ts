import { repeats } from '../api/refusals';
import { type Secret, secret } from '../core/secret';

const MAX_HELD = 1000;
const HIDDEN = '(a line with a secret in it)';
const REDACTED = '**redacted**';
/** What a token that nobody knows yet could be. */
const LONG_WORD = /[\w~+=%-]{12,}/g;
const BYTES = /(\b\d{1,3}\b,\s*){6}/;

export interface SdkOutput {
  know(secret: Secret): void;
  /** Takes a line that was printed. */
  take(line: string): void;
  /** What is printed from now on may have a token in it that is not known yet: it waits. */
  hold(): void;
  /** @param token null when there may be one that will never be known: then no long word is shown any more */
  release(token: Secret | null): void;
  /** A text as it may be shown. */
  redact(text: string): string;
}

/** What a package prints that knows the key and the tokens: shown line by line, and without them. */
export function createSdkOutput(trace: ((line: string) => void) | undefined): SdkOutput {
  const secrets: Secret[] = [];
  let held: string[] | null = null;
  let isGuessing = false;

  const redact = (text: string): string => {
    const bare = secrets.reduce((line, each) => line.replaceAll(each.reveal(), REDACTED), text);
    if (BYTES.test(bare) || secrets.some((each) => hides(bare, each))) return HIDDEN;
    return isGuessing ? bare.replace(LONG_WORD, REDACTED) : bare;
  };
  const show = (line: string) => {
    if (line.trim() !== '') trace?.(`SDK prints: ${redact(line)}`);
  };
  return {
    redact,
    know: (known) => void secrets.push(known),
    take(line) {
      if (held === null) show(line);
      else if (held.length < MAX_HELD) held.push(line);
    },
    hold() {
      held = [];
    },
    release(token) {
      const waiting = held ?? [];
      held = null;
      if (token) secrets.push(token);
      else isGuessing = true;
      waiting.forEach(show);
      if (waiting.length === MAX_HELD) trace?.('SDK prints: (more, which was not kept)');
    },
  };
}

/** Whether a line repeats a secret, as it is, in another form or case, or in pieces such as those in which objects are printed. */
function hides(line: string, known: Secret): boolean {
  const squeezed = secret(squeeze(known.reveal()));
  return (
    repeats(line, known) ||
    repeats(decode(line).toLowerCase(), secret(known.reveal().toLowerCase())) ||
    repeats(decode(line), known) ||
    repeats(squeeze(line), squeezed)
  );
}

function squeeze(text: string): string {
  return text.replace(/[\s'"`,\\]/g, '');
}

/** Undoes %41, \x41, \u0041, &#x41;, &#65; and \101. */
function decode(line: string): string {
  return line
    .replace(/(?:%|\\x|\\u00)([0-9a-f]{2})|&#x([0-9a-f]{2});/gi, (_, plain, entity) =>
      charOf(plain ?? entity, 16),
    )
    .replace(/&#(\d{2,3});/g, (_, code) => charOf(code, 10))
    .replace(/\\([01][0-7]{2})/g, (_, code) => charOf(code, 8));
}

function charOf(code: string, radix: number): string {
  return String.fromCharCode(Number.parseInt(code, radix));
}
