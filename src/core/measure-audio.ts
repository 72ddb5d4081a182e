/** How many milliseconds to work before a pause. */
const READS_BETWEEN_PAUSES = 2000;

/**
 * Measures the duration of audio in seconds. Null if it is not audio, or has no duration. A parser may read a file byte by byte,
 * which takes seconds if there is no audio. So this pauses every few milliseconds, for signals, timers and other work.
 * @param check called at each pause; an error from it ends the measuring
 * @throws what `check` throws
 */
export async function measureAudio(bytes: Uint8Array, check: () => void): Promise<number | null> {
  // Loaded only here, since the parsers are large.
  const { parseFromTokenizer } = await import('music-metadata');
  const { fromBuffer } = await import('strtok3');
  const tokenizer = fromBuffer(bytes);
  const peekBuffer = tokenizer.peekBuffer.bind(tokenizer);
  let reads = 0;
  let end: { readonly reason: unknown } | undefined;
  // All other read methods call this one.
  tokenizer.peekBuffer = async (...words) => {
    reads += 1;
    if (reads % READS_BETWEEN_PAUSES === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      try {
        check();
      } catch (reason) {
        end = { reason };
        throw reason;
      }
    }
    return peekBuffer(...words);
  };
  try {
    const { format } = await parseFromTokenizer(tokenizer, { duration: true, skipCovers: true });
    const { duration, hasAudio } = format;
    return hasAudio !== false && duration !== undefined && duration > 0 && duration < 1e9
      ? duration
      : null;
  } catch {
    if (end) throw end.reason;
    return null;
  }
}
