import type { Shape } from '../../src/core/json-shape';

/**
 * Returns the differences between a JSON value and its shape (the documented members and their types). Adds the paths of all
 * members of the value that are in the shape to `seen`.
 */
export function findMismatches(
  value: unknown,
  shape: Shape,
  seen: Set<string>,
  path = '',
): readonly string[] {
  switch (shape.kind) {
    case 'text':
      return value === shape.text ? [] : [`${path}: not "${shape.text}"`];
    case 'name':
      return isOfType(value, shape.name) ? [] : [`${path}: not ${shape.name}`];
    case 'list':
      if (!Array.isArray(value)) return [`${path}: no list`];
      return value.flatMap((each) => findMismatches(each, shape.of, seen, `${path}[]`));
    case 'union': {
      const all = shape.of.map((each) => {
        const own = new Set<string>();
        return { mismatches: findMismatches(value, each, own, path), own };
      });
      const fitting = all.find(({ mismatches }) => mismatches.length === 0);
      for (const member of fitting?.own ?? []) seen.add(member);
      return fitting
        ? []
        : all.reduce((a, b) => (b.mismatches.length < a.mismatches.length ? b : a)).mismatches;
    }
    default: {
      if (!isOfType(value, 'object')) return [`${path}: no object`];
      const object = value as Readonly<Record<string, unknown>>;
      const unknown = Object.keys(object).filter(
        (name) => !shape.members.some((member) => member.name === name),
      );
      return [
        ...unknown.map((name) => `${path}.${name}: not in the shape`),
        ...shape.members.flatMap(({ name, isOptional, shape: own }) => {
          const at = `${path}${path === '' ? '' : '.'}${name}${isOptional ? '?' : ''}`;
          if (!Object.hasOwn(object, name)) return isOptional ? [] : [`${at}: absent`];
          seen.add(at);
          return findMismatches(object[name], own, seen, at);
        }),
      ];
    }
  }
}

function isOfType(value: unknown, name: string): boolean {
  if (name === 'null') return value === null;
  if (name === 'object')
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === name;
}
