// Replaces the mapping of tags in music-metadata, since only the duration of audio is used.
export class CombinedTagMapper {
  mapTag() {
    return null;
  }
}
