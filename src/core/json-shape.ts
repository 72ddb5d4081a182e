/**
 * The shape of a JSON document, as commands declare it. The notation is that of TypeScript: objects, lists, `|`, string literals,
 * and the type names in `NAMES`. `?` marks an optional member.
 */
export type Shape =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'union'; readonly of: readonly Shape[] }
  | { readonly kind: 'object'; readonly members: readonly ShapeMember[] };

export interface ShapeMember {
  readonly name: string;
  readonly isOptional: boolean;
  readonly shape: Shape;
}

export interface MemberPath {
  /**
   * The names of the member and of the members that contain it, for example `steps[].error?.code`. `[]` marks a list, and `?`
   * marks an optional member.
   */
  readonly path: string;
  /** Example: `string | null`. For an object, the type is only `object`: its members have their own paths. */
  readonly type: string;
}

/** Type names that a shape may contain. `object` means an object with unknown members. */
const NAMES = ['string', 'number', 'boolean', 'null', 'object'];

/**
 * Parses a shape.
 * @throws Error if the notation is invalid, which is a bug
 */
export function parseShape(text: string): Shape {
  const words = [...text.matchAll(/"[^"]*"|\w+|\[\]|[{}(),:|?]|\S/g)].map(([word]) => word);
  const fail = () => new Error(`Invalid shape at ${words.slice(0, 5).join(' ')}: ${text}`);
  const take = (wanted: string) => {
    if (words[0] !== wanted) return false;
    words.shift();
    return true;
  };
  const require = (wanted: string) => {
    if (!take(wanted)) throw fail();
  };

  function readUnion(): Shape {
    const of = [readList()];
    while (take('|')) of.push(readList());
    return of.length === 1 && of[0] ? of[0] : { kind: 'union', of };
  }
  function readList(): Shape {
    let shape = readOne();
    while (take('[]')) shape = { kind: 'list', of: shape };
    return shape;
  }
  function readOne(): Shape {
    if (take('{')) return readObject();
    if (take('(')) {
      const shape = readUnion();
      require(')');
      return shape;
    }
    const word = words.shift() ?? '';
    if (word.startsWith('"')) return { kind: 'text', text: word.slice(1, -1) };
    if (NAMES.includes(word)) return { kind: 'name', name: word };
    throw fail();
  }
  function readObject(): Shape {
    const members: ShapeMember[] = [];
    do {
      const name = words.shift() ?? '';
      if (!/^\w+$/.test(name)) throw fail();
      const isOptional = take('?');
      require(':');
      members.push({ name, isOptional, shape: readUnion() });
    } while (take(','));
    require('}');
    return { kind: 'object', members };
  }

  const shape = readUnion();
  if (words.length > 0) throw fail();
  return shape;
}

/** Returns the kinds of documents that a shape allows: the alternatives that `|` separates at the top level of the shape. */
export function documentsOf(shape: Shape): readonly Shape[] {
  return shape.kind === 'union' ? shape.of : [shape];
}

export function listMembers(shape: Shape, before = ''): readonly MemberPath[] {
  switch (shape.kind) {
    case 'list':
      return listMembers(shape.of, `${before}[]`);
    case 'union':
      return shape.of.flatMap((each) => listMembers(each, before));
    case 'object':
      return shape.members.flatMap((member) => {
        const dot = before === '' ? '' : '.';
        const path = `${before}${dot}${member.name}${member.isOptional ? '?' : ''}`;
        return [{ path, type: typeOf(member.shape) }, ...listMembers(member.shape, path)];
      });
    default:
      return [];
  }
}

/** Returns the members as help shows them: names without types. If a member allows only one string, the string is shown, too. */
export function outlineOf(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return `"${shape.text}"`;
    case 'list': {
      const outline = outlineOf(shape.of);
      return outline === '' ? '' : `[${outline}]`;
    }
    case 'union': {
      const outlines = shape.of.filter(({ kind }) => kind !== 'text').map(outlineOf);
      return outlines.filter((outline) => outline !== '').join(' | ');
    }
    case 'object': {
      const members = shape.members.map(({ name, isOptional, shape: own }) => {
        const outline = outlineOf(own);
        return `${name}${isOptional ? '?' : ''}${outline === '' ? '' : `: ${outline}`}`;
      });
      return `{${members.join(', ')}}`;
    }
    default:
      return '';
  }
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'name':
      return shape.name;
    case 'text':
      return `"${shape.text}"`;
    case 'list': {
      const type = typeOf(shape.of);
      return shape.of.kind === 'union' ? `(${type})[]` : `${type}[]`;
    }
    case 'union':
      return shape.of.map(typeOf).join(' | ');
    default:
      return 'object';
  }
}
