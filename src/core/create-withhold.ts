import type { Environment } from './environment';
import { createSecretMatcher } from './secret-matcher';
import { secretsIn } from './secrets-in-environment';
import { MIN_SECRET_LENGTH, WITHHELD, type Withhold } from './withhold';

/**
 * Minimum length of a text that is checked for secrets, in characters. The shortest text that counts as a part of a secret is
 * `abcd…wxyz`: 4 characters of the secret, an ellipsis, and 4 more characters of the secret.
 */
const SHORTEST_REPETITION = 9;

/**
 * Variables with the path of the home folder. This path is removed from a text before the text is checked for secrets. Reason:
 * the user name of a proxy counts as a secret, and is often also a part of this path.
 */
const HOME_VARIABLES = ['HOME', 'USERPROFILE'];
const MIN_HOME = 6;

/**
 * Creates a function that returns the placeholder `WITHHELD` instead of a text that contains a secret.
 * @param current called for each text; returns the secrets that are registered at that time
 */
export function createWithhold(env: Environment, current: () => readonly string[]): Withhold {
  const given = secretsIn(env).filter(({ length }) => length >= MIN_SECRET_LENGTH);
  const homes = HOME_VARIABLES.flatMap((name) => env[name] ?? []).filter(
    (home) => home.length >= MIN_HOME,
  );
  const learned = new Set<string>();
  let matcher = createSecretMatcher();
  return (text) => {
    if (text.length < SHORTEST_REPETITION) return text;
    const values = [...given, ...current()];
    // A matcher cannot forget secrets. Replace the matcher if most of its secrets are no longer registered.
    if (learned.size > 2 * values.length) {
      matcher = createSecretMatcher();
      learned.clear();
    }
    for (const value of values) {
      if (!learned.has(value)) matcher.learn(value);
      learned.add(value);
    }
    const textWithoutHomes = homes.reduce((left, home) => left.replaceAll(home, ' '), text);
    return matcher.repeats(textWithoutHomes) ? WITHHELD : text;
  };
}
