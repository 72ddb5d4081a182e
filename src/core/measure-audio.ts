/** Some milliseconds of work, whatever the audio is. */
const READS_BETWEEN_PAUSES = 2000;

/**
 * The duration of audio in seconds; null when it is not audio, or does not say.
 *
 * A parser may read a file byte by byte in search of audio, which takes seconds where there is none.
 * Every few milliseconds it lets signals, timers and other work have their turn.
 * @param check is called then; what it throws ends the measuring
 * @throws what `check` throws
 */
export async function measureAudio(bytes: Uint8Array, check: () => void): Promise<number | null> {
  // Loaded where audio is measured: the parsers are large.
  const { parseFromTokenizer } = await import('music-metadata');
  const { fromBuffer } = await import('strtok3');
  const tokenizer = fromBuffer(bytes);
  const peekBuffer = tokenizer.peekBuffer.bind(tokenizer);
  let reads = 0;
  let end: { readonly reason: unknown } | undefined;
  // Every other way of reading goes through it.
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
