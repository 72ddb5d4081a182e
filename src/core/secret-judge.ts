import type { Environment } from './environment';
import { createSecretMatcher } from './secret-matcher';
import { secretsIn } from './secrets-in-environment';
import { LEAST_LENGTH, WITHHELD, type Withhold } from './withhold';

/** The minimum length: 4 characters, two dots and 4 characters. */
const SHORTEST_REPETITION = 10;

/** The name of a proxy's user often equals the name of the home folder, which paths show. */
const HOMES = ['HOME', 'USERPROFILE'];
const LEAST_HOME = 6;

/** @param current returns the secrets that are registered at that moment */
export function createJudge(env: Environment, current: () => readonly string[]): Withhold {
  const given = secretsIn(env).filter(({ length }) => length >= LEAST_LENGTH);
  const homes = HOMES.flatMap((name) => env[name] ?? []).filter(
    (home) => home.length >= LEAST_HOME,
  );
  const learned = new Set<string>();
  let matcher = createSecretMatcher();
  return (text) => {
    if (text.length < SHORTEST_REPETITION) return text;
    const values = [...given, ...current()];
    // A matcher cannot forget secrets, and the register keeps only the newest tokens. So a new matcher is made.
    if (learned.size > 2 * values.length) {
      matcher = createSecretMatcher();
      learned.clear();
    }
    for (const value of values) {
      if (!learned.has(value)) matcher.learn(value);
      learned.add(value);
    }
    const elsewhere = homes.reduce((left, home) => left.replaceAll(home, ' '), text);
    return matcher.repeats(elsewhere) ? WITHHELD : text;
  };
}
