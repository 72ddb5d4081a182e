/**
 * The shape of a JSON document, as it is written in the definition of a command: the types of TypeScript for objects, lists,
 * `|`, texts in double quotes and the names below. A `?` marks a member that may be absent.
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

/** One member of a document, with the way to it. */
export interface MemberPath {
  /** Such as `steps[].error?.code`. */
  readonly path: string;
  /** Such as `string | null`; `object` for what has members of its own. */
  readonly type: string;
}

/** The types that have a name; an `object` is one whose members are not known. */
const NAMES = ['string', 'number', 'boolean', 'null', 'object'];

/** @throws Error for a text that is no shape, which is a bug of this program */
export function parseShape(text: string): Shape {
  const words = [...text.matchAll(/"[^"]*"|\w+|\[\]|[{}(),:|?]|\S/g)].map(([word]) => word);
  const fail = () => new Error(`No shape, at ${words.slice(0, 5).join(' ')}: ${text}`);
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

/** The documents that a shape allows: one, or several with a `|` between them. */
export function documentsOf(shape: Shape): readonly Shape[] {
  return shape.kind === 'union' ? shape.of : [shape];
}

/** Every member of a document, those of its members below them. */
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

/** The members alone, as help shows them: types only where one text is all that there can be. */
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
