import type { Secret } from '../core/secret';
import type { SecretRegister } from '../core/secret-register';
import { LEAST_LENGTH, WITHHELD, type Withhold } from '../core/withhold';

const MAX_HELD = 1000;
const REDACTED = '**redacted**';
/** What an unknown token may look like: a long word, or a list of bytes. */
const LONG_WORD = /[\w~+=%-]{12,}/g;
const BYTES = /(\b\d{1,3}\b,\s*){6}/;

export interface SdkOutput {
  /** Receives a printed line. */
  take(line: string): void;
  /** Holds back later output, since it may contain a token that is not known yet. */
  hold(): void;
  /** @param token null if there may be a token that stays unknown: then no long word is shown from now on */
  release(token: Secret | null): void;
  /** Returns a text without secrets. */
  redact: Withhold;
}

/** Shows the output of the SDK line by line, without the key and the tokens that the SDK knows. */
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
  /**
   * The end of the previous lines, which is too short to repeat a secret. It is needed since a list of characters is printed over
   * many lines.
   */
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
      if (waiting.length === MAX_HELD) trace?.('SDK prints: (more, not kept)');
    },
  };
}
