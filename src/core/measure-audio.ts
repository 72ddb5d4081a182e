/** The duration of audio in seconds; null when it is not audio, or does not say. */
export async function measureAudio(bytes: Uint8Array): Promise<number | null> {
  // Loaded where audio is measured: the parsers are large.
  const { parseBuffer } = await import('music-metadata');
  try {
    const { format } = await parseBuffer(bytes, undefined, { duration: true, skipCovers: true });
    const { duration, hasAudio } = format;
    return hasAudio !== false && duration !== undefined && duration > 0 && duration < 1e9
      ? duration
      : null;
  } catch {
    return null;
  }
}
