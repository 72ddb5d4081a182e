/** A function that compares a value with a declared type. It returns one line of text for each difference. */
export type Shape = (value: unknown, path?: string) => readonly string[];

export type Members = Readonly<Record<string, Shape>>;

const say = (isRight: boolean, path: string, what: string, value: unknown) =>
  isRight ? [] : [`${path} is not ${what}: ${JSON.stringify(value) ?? 'absent'}`];

export const text: Shape = (value, path = '$') =>
  say(typeof value === 'string', path, 'a text', value);

export const someText: Shape = (value, path = '$') =>
  say(typeof value === 'string' && value.trim() !== '', path, 'a text with something in it', value);

export const number: Shape = (value, path = '$') =>
  say(typeof value === 'number' && Number.isFinite(value), path, 'a number', value);

export const seconds: Shape = (value, path = '$') =>
  say(typeof value === 'number' && value >= 0, path, 'a number of seconds', value);

export const fraction: Shape = (value, path = '$') =>
  say(typeof value === 'number' && value >= 0 && value <= 1, path, 'from 0 to 1', value);

export const flag: Shape = (value, path = '$') =>
  say(typeof value === 'boolean', path, 'a boolean', value);

export const absent: Shape = (value, path = '$') => say(value === undefined, path, 'absent', value);

export const nothing: Shape = (value, path = '$') => say(value === null, path, 'null', value);

/** A text that is a valid date and time. */
export const moment: Shape = (value, path = '$') =>
  say(typeof value === 'string' && !Number.isNaN(Date.parse(value)), path, 'a moment', value);

export const oneOf =
  (...texts: readonly string[]): Shape =>
  (value, path = '$') =>
    say(
      typeof value === 'string' && texts.includes(value),
      path,
      `one of ${texts.join(', ')}`,
      value,
    );

export const exactly =
  (wanted: number): Shape =>
  (value, path = '$') =>
    say(value === wanted, path, String(wanted), value);

export const either =
  (...shapes: readonly Shape[]): Shape =>
  (value, path = '$') => {
    const all = shapes.map((shape) => shape(value, path));
    return all.some((mismatches) => mismatches.length === 0) ? [] : all.flat();
  };

export const optional = (shape: Shape): Shape => either(absent, shape);
export const nullable = (shape: Shape): Shape => either(nothing, shape);

export const list =
  (each: Shape): Shape =>
  (value, path = '$') =>
    Array.isArray(value)
      ? value.flatMap((item, index) => each(item, `${path}[${index}]`))
      : say(false, path, 'a list', value);

export const tuple =
  (...shapes: readonly Shape[]): Shape =>
  (value, path = '$') =>
    Array.isArray(value) && value.length === shapes.length
      ? shapes.flatMap((shape, index) => shape(value[index], `${path}[${index}]`))
      : say(false, path, `a list of ${shapes.length}`, value);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with any member names. All values have the same shape. */
export const record =
  (each: Shape): Shape =>
  (value, path = '$') =>
    isRecord(value)
      ? Object.entries(value).flatMap(([name, item]) => each(item, `${path}.${name}`))
      : say(false, path, 'a record', value);

/** An object with exactly these members. */
export const object =
  (members: Members): Shape =>
  (value, path = '$') =>
    isRecord(value)
      ? [
          ...Object.entries(members).flatMap(([name, shape]) =>
            shape(value[name], `${path}.${name}`),
          ),
          ...unknownMembers(value, members).map((name) => `${path}.${name} is not declared`),
        ]
      : say(false, path, 'an object', value);

/** Returns the names of the members that are not declared. */
export function unknownMembers(value: unknown, members: Members): readonly string[] {
  return isRecord(value) ? Object.keys(value).filter((name) => !Object.hasOwn(members, name)) : [];
}

/** Checks one member in all samples. Returns its problems. It is also a problem if there are no samples. */
export function misfitsOf(
  samples: readonly unknown[],
  members: Members,
  name: string,
): readonly string[] {
  const shape = members[name];
  if (!shape) return [`${name} is not declared`];
  if (samples.length === 0) return ['there is no sample'];
  return samples.flatMap((sample, index) =>
    isRecord(sample) ? shape(sample[name], `[${index}].${name}`) : [`[${index}] is no object`],
  );
}
