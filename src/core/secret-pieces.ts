/**
 * If a text contains this many characters of a secret in a row, the text counts as containing the secret. A text rarely contains
 * so many by chance.
 */
export const PIECE = 12;

const FACTOR = 0x01000193;
const OTHER_FACTOR = 0x5bd1e995;
const powerOf = (factor: number) => {
  let power = 1;
  for (let count = 0; count < PIECE; count += 1) power = Math.imul(power, factor);
  return power;
};
const LEAVING = powerOf(FACTOR);
const OTHER_LEAVING = powerOf(OTHER_FACTOR);

/**
 * A set with every sequence of 12 characters (a piece) from the learned texts. `push` then moves a window of 12 characters over
 * another text, to find these pieces in it.
 */
export interface PieceSet {
  /**
   * Adds all pieces of a text.
   * @param isRare returns false for a piece that other texts may contain by chance. Such a piece is not added.
   */
  learn(text: string, isRare?: (piece: string) => boolean): void;
  isEmpty(): boolean;
  reset(): void;
  /** Moves the window by one character. Returns whether the set contains the piece in the window. */
  push(code: number): boolean;
  /** Returns the last `length` characters that were pushed, at most 12. */
  tail(length: number): string;
}

/** Identifies each piece by two rolling hashes (Rabin-Karp), so that each step takes constant time. */
export function createPieceSet(): PieceSet {
  const keys = new Set<number>();
  /** Table that excludes most pieces without a lookup in the set. */
  const hints = new Uint8Array(0x10000);
  const ring = new Uint16Array(PIECE);
  let next = 0;
  let count = 0;
  let hash = 0;
  let other = 0;

  const hint = () => (hash ^ (hash >>> 16)) & 0xffff;
  const key = () => (hash >>> 0) * 2 ** 21 + (other >>> 11);

  function reset() {
    ring.fill(0);
    next = 0;
    count = 0;
    hash = 0;
    other = 0;
  }

  function push(code: number): boolean {
    const leaving = ring[next] ?? 0;
    ring[next] = code;
    next = next + 1 === PIECE ? 0 : next + 1;
    count += 1;
    hash = (Math.imul(hash, FACTOR) + code - Math.imul(leaving, LEAVING)) | 0;
    other = (Math.imul(other, OTHER_FACTOR) + code - Math.imul(leaving, OTHER_LEAVING)) | 0;
    return hints[hint()] === 1 && count >= PIECE && keys.has(key());
  }

  return {
    isEmpty: () => keys.size === 0,
    reset,
    push,
    learn(text, isRare = () => true) {
      reset();
      for (let at = 0; at < text.length; at += 1) {
        push(text.charCodeAt(at));
        if (count < PIECE || !isRare(text.slice(at + 1 - PIECE, at + 1))) continue;
        hints[hint()] = 1;
        keys.add(key());
      }
    },
    tail(length) {
      let text = '';
      for (let at = Math.max(0, count - length); at < count; at += 1) {
        text += String.fromCharCode(ring[at % PIECE] ?? 0);
      }
      return text;
    },
  };
}
