// Of audio the duration alone is asked for: no tag is given another name.
export class CombinedTagMapper {
  mapTag() {
    return null;
  }
}
