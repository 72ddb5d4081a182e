import type { CompletingWords } from '../../cli/options';
import { requireTimeout } from '../../core/duration';
import { CliError } from '../../core/errors';

const STEPS = ['sdk', 'key', 'mint', 'read', 'connect', 'start', 'transcribe', 'expect'];

export const BUDGET_WORDS: CompletingWords = {
  words: STEPS.map((step) => `${step}=`),
  isList: true,
};

/** Time limits in milliseconds, by the name of the step. */
export type Budget = Readonly<Record<string, number>>;

/**
 * Parses a text such as `connect=2s,transcribe=20s`.
 * @throws CliError `invalid_value` if a step or its duration is invalid; the message does not quote the text
 */
export function parseBudget(text: string): Budget {
  return Object.fromEntries(text.split(',').map((part) => parsePart(part.trim())));
}

function parsePart(part: string): readonly [string, number] {
  const at = part.indexOf('=');
  const step = part.slice(0, Math.max(0, at));
  if (STEPS.includes(step)) return [step, requireTimeout(part.slice(at + 1), `--budget ${step}`)];
  throw new CliError(
    'invalid_value',
    `--budget must be names of steps with durations, such as connect=2s. The steps are ${STEPS.join(', ')}.`,
  );
}

/** Merges the values of all --budget options. If a step is given several times, its last value is used. */
export const budgetOf = (given: readonly Budget[]): Budget => Object.assign({}, ...given);

/** @throws CliError `conflicting_options` if the budget contains a step that this test does not have */
export function requireTaken(budget: Budget, steps: readonly string[]): void {
  const other = Object.keys(budget).find((step) => !steps.includes(step));
  if (other === undefined) return;
  throw new CliError(
    'conflicting_options',
    `--budget contains ${other}, which is not a step of this test.`,
    {
      hint: `The steps are ${steps.join(', ')}.`,
    },
  );
}
