import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text as people paste it, and what `inspect` must find in the text. */
export interface Pasted {
  readonly name: string;
  readonly text: string;
  readonly taken: string | null;
  readonly frame: string | null;
  readonly causes: readonly string[];
  /** The number of words in the text that could be a token, without the word that `inspect` takes as the token (`taken`). */
  readonly others: number;
  /**
   * Words that the message of `inspect` must contain: they say what the text is instead of a token. Null if the text contains a
   * token.
   */
  readonly instead: string | null;
  readonly key: string | null;
}

/** A token that is in the ledger (the list of minted tokens) of the tests, and the API key of the tests. Both are made up. */
export const KNOWN_TOKEN = 'Lg3dKnownHere_5rT8yU1iOp4aSd7fGh2jKl6zXc9vB';
export const KNOWN_KEY = 'sk-made-up-0123456789abcdefXYZ';

const folder = join(import.meta.dirname, 'pasted');
const SEPARATOR = '\n---\n';

function read(file: string): Pasted {
  const whole = readFileSync(join(folder, file), 'utf8');
  const at = whole.indexOf(SEPARATOR);
  const facts = new Map(
    whole
      .slice(0, at)
      .split('\n')
      .map((line) => line.split(': ') as [string, string]),
  );
  const body = whole.slice(at + SEPARATOR.length);
  const taken = facts.get('taken');
  return {
    name: file.replace(/\.txt$/, ''),
    text: facts.has('escaped') ? unescaped(body) : body,
    taken: taken === 'none' ? null : (taken ?? null),
    frame: facts.get('frame') ?? null,
    causes: (facts.get('causes') ?? '').split(' ').filter(Boolean).sort(),
    others: Number(facts.get('words beside it') ?? 0),
    instead: facts.get('is') ?? null,
    key: facts.get('key') ?? null,
  };
}

/**
 * Replaces escapes with the characters that they stand for. A file in `pasted/` contains escapes if an editor or Git could change
 * the characters themselves.
 */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|([rn]))/g, (_all, hex?: string, letter?: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : letter === 'r' ? '\r' : '\n',
  );
}

export const PASTED: readonly Pasted[] = readdirSync(folder).sort().map(read);
