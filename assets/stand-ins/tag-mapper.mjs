// Replaces the tag mapping of music-metadata, which is not needed: vstoken uses only the duration of audio.
export class CombinedTagMapper {
  mapTag() {
    return null;
  }
}
