import { formsOf, leaksOf } from './encodings';
import type { Result } from './run-binary';
import { contentsOf } from './temp-home';

/** A secret, and the places where it may appear. */
export interface Canary {
  readonly name: string;
  readonly secret: string;
  /**
   * The places where the secret may appear: `out` for a token that the command has to print, or the path of a file in which a
   * store keeps the secret in plain text. Default: none.
   */
  readonly mayBeIn?: readonly string[];
}

/**
 * Finds secrets in a run's output and in all files of the folders, in any encoding.
 * @returns a line for each secret found, such as `key in err, as base64 at 1`
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

/**
 * Returns a secret in all encodings that the tests search for, as pairs: the name of the encoding, such as `hex`, and the encoded
 * secret.
 */
export const plantedForms = (secret: string) => [...formsOf(secret)];
