// Replaces the tag mapping of music-metadata, which is not needed, because vstoken uses only the duration of audio.
export class CombinedTagMapper {
  mapTag() {
    return null;
  }
}
