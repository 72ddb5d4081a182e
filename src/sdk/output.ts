import type { Secret } from '../core/secret';
import type { SecretRegister } from '../core/secret-register';
import { MIN_SECRET_LENGTH, WITHHELD, type Withhold } from '../core/withhold';

const MAX_HELD = 1000;
const REDACTED = '**redacted**';
/** Patterns for a token that vstoken does not know: a long word, or a list of bytes. */
const LONG_WORD = /[\w~+=%-]{12,}/g;
const BYTES = /(\b\d{1,3}\b,\s*){6}/;

export interface SdkOutput {
  /** Receives a line that the SDK printed. */
  take(line: string): void;
  /** Delays later lines until `release`, because they may contain a token that is not known yet. */
  hold(): void;
  /**
   * Shows the delayed lines.
   * @param token the minted token. If null, the lines may contain an unknown token, so long words are hidden from now on.
   */
  release(token: Secret | null): void;
  redact: Withhold;
}

/** Shows the output of the SDK line by line, without the key and the tokens that the SDK has. */
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
   * The last letters and digits of the earlier output, fewer than the shortest secret has. They are checked together with the
   * next line, because the SDK may print a secret over many lines, such as a list of characters.
   */
  let before = '';
  const show = (line: string) => {
    if (line.trim() === '') return;
    const isGoingOn = withhold(`${before} ${line}`) === WITHHELD;
    before = (before + line).replace(/[^\p{L}\p{N}]/gu, '').slice(1 - MIN_SECRET_LENGTH);
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
      if (waiting.length === MAX_HELD) trace?.('SDK prints: (more output, not shown)');
    },
  };
}
