import type { Secret } from '../core/secret';
import type { SecretRegister } from '../core/secret-register';
import { LEAST_LENGTH, WITHHELD, type Withhold } from '../core/withhold';

const MAX_HELD = 1000;
const REDACTED = '**redacted**';
/** What a token that nobody knows could be: a long word, or a list of bytes. */
const LONG_WORD = /[\w~+=%-]{12,}/g;
const BYTES = /(\b\d{1,3}\b,\s*){6}/;

export interface SdkOutput {
  /** Takes a line that was printed. */
  take(line: string): void;
  /** What is printed from now on may have a token in it that is not known yet: it waits. */
  hold(): void;
  /** @param token null when there may be one that will never be known: then no long word is shown any more */
  release(token: Secret | null): void;
  /** A text as it may be shown. */
  redact: Withhold;
}

/** What a package prints that knows the key and the tokens: shown line by line, and without them. */
export async function createSdkOutput(
  secrets: SecretRegister,
  trace: ((line: string) => void) | undefined,
): Promise<SdkOutput> {
  const withhold = await secrets.load();
  let held: string[] | null = null;
  let isGuessing = false;

  const redact = (text: string): string => {
    const judged = withhold(text);
    if (judged === WITHHELD || !isGuessing) return judged;
    return BYTES.test(text) ? WITHHELD : text.replace(LONG_WORD, REDACTED);
  };
  /** The last letters of the lines before, too few to repeat anything: a list of characters is printed in many lines. */
  let before = '';
  const show = (line: string) => {
    if (line.trim() === '') return;
    const isGoingOn = withhold(`${before} ${line}`) === WITHHELD;
    before = (before + line).replace(/[^\p{L}\p{N}]/gu, '').slice(1 - LEAST_LENGTH);
    trace?.(`SDK prints: ${isGoingOn ? WITHHELD : redact(line)}`);
  };
  return {
    redact,
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
      if (token) secrets.addToken(token);
      else isGuessing = true;
      waiting.forEach(show);
      if (waiting.length === MAX_HELD) trace?.('SDK prints: (more, which was not kept)');
    },
  };
}
