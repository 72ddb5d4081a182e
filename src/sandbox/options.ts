import {
  invalid,
  requireNames,
  requireTexts,
  requireType,
  requireWhole,
} from '../core/named-options';

const NAMES = [
  ...['port', 'apiKey', 'allowOrigins', 'allowPrivateAudio', 'latencyMs', 'faults', 'paceMs'],
  ...['random', 'clock', 'log'],
];
/** Options that only the tests of vocalstack-token may use. */
const INTERNAL_NAMES = ['audioNetwork', 'limits'];
const CLOCK_MEMBERS = ['now', 'monotonic', 'timer', 'sleep'];
const HOUR_MS = 3_600_000;

/**
 * Checks the names of the options and the types of their values. Reason: callers without TypeScript can pass anything.
 * @throws CliError `invalid_value`
 */
export function requireSandboxOptions(options: object): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const isInternal = Object.keys(given).some((name) => INTERNAL_NAMES.includes(name));
  requireNames(options, isInternal ? [...NAMES, ...INTERNAL_NAMES] : NAMES, 'startSandbox');
  if (given['port'] !== undefined) requireWhole('port', given['port'], 0, 65_535);
  requireType('apiKey', given['apiKey'], 'string');
  requireTexts('allowOrigins', given['allowOrigins']);
  requireType('allowPrivateAudio', given['allowPrivateAudio'], 'boolean');
  requireTexts('faults', given['faults']);
  for (const name of ['latencyMs', 'paceMs']) {
    if (given[name] !== undefined) requireWhole(name, given[name], 0, HOUR_MS);
  }
  requireType('random', given['random'], 'function');
  requireType('log', given['log'], 'function');
  const { clock } = given;
  if (clock === undefined) return;
  const members = (clock ?? {}) as Readonly<Record<string, unknown>>;
  if (CLOCK_MEMBERS.every((name) => typeof members[name] === 'function')) return;
  throw invalid(
    `The option clock must be an object with the functions ${CLOCK_MEMBERS.join(', ')}.`,
  );
}
