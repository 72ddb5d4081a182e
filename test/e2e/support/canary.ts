import { formsOf, leaksOf } from './encodings';
import { contentsOf } from './place';
import type { Result } from './run-binary';

/** A secret, and the places where it may be. */
export interface Canary {
  readonly name: string;
  readonly secret: string;
  /** `out` for a token that is the product, or the path of the store that keeps it as it is. */
  readonly mayBeIn?: readonly string[];
}

/**
 * Where secrets were left by a run, in any encoding: what it printed, and every file below the folders.
 * @returns a line for each, such as `key in err, as base64 at 1`
 */
export function findCanaries(
  { out, err }: Pick<Result, 'out' | 'err'>,
  folders: readonly string[],
  canaries: readonly Canary[],
): readonly string[] {
  const files = folders.flatMap((folder) => Object.entries(contentsOf(folder)));
  const places = [['out', out], ['err', err], ...files.map(([path, text]) => [path, path + text])];
  return canaries.flatMap(({ name, secret, mayBeIn = [] }) =>
    places
      .filter(([place = '']) => !mayBeIn.includes(place))
      .flatMap(([place, text = '']) =>
        leaksOf(secret, text).map((form) => `${name} in ${place}, as ${form}`),
      ),
  );
}

/** Every form of a secret, as a text that holds it in that form alone. */
export const plantedForms = (secret: string) => [...formsOf(secret)];
