const RATE_HZ = 8000;
const HEADER_BYTES = 44;
/** The value of silence in unsigned 8-bit samples. */
const SILENT_SAMPLE = 0x80;

/** Returns a WAV file of silence, mono with 8-bit samples. */
export function silentWav(seconds: number): Uint8Array {
  const samples = seconds * RATE_HZ;
  const bytes = new Uint8Array(HEADER_BYTES + samples).fill(SILENT_SAMPLE, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) =>
    bytes.set(
      [...word].map((letter) => letter.charCodeAt(0)),
      at,
    );
  text(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + samples, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE_HZ, true);
  view.setUint32(28, RATE_HZ, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, samples, true);
  return bytes;
}
