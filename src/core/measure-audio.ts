/** Number of reads by the parser between two pauses. */
const READS_BETWEEN_PAUSES = 2000;

/**
 * Returns the duration of audio in seconds. Null if the bytes are not audio, or have no duration. Pauses every few milliseconds,
 * so that signals and timers are handled. Reason: if the bytes are not audio, a parser may read byte by byte, which takes
 * seconds.
 * @param check called at each pause. If it throws, the measurement ends.
 * @throws the error of `check`
 */
export async function measureAudio(bytes: Uint8Array, check: () => void): Promise<number | null> {
  // Load the parsers only when they are needed, because they are large.
  const { parseFromTokenizer } = await import('music-metadata');
  const { fromBuffer } = await import('strtok3');
  const tokenizer = fromBuffer(bytes);
  const peekBuffer = tokenizer.peekBuffer.bind(tokenizer);
  let reads = 0;
  let end: { readonly reason: unknown } | undefined;
  // Count the calls of this method, because all other read methods call it.
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
