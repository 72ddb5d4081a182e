import type { CompletingWords } from '../../cli/options';
import { requireTimeout } from '../../core/duration';
import { CliError } from '../../core/errors';

/** Every step that a test can have. */
const STEPS = ['sdk', 'key', 'mint', 'read', 'connect', 'start', 'transcribe', 'expect'];

export const BUDGET_WORDS: CompletingWords = {
  words: STEPS.map((step) => `${step}=`),
  isList: true,
};

/** The time limits of steps in milliseconds, by name. */
export type Budget = Readonly<Record<string, number>>;

/** Parses `connect=2s,transcribe=20s`. @throws CliError `invalid_value`, which quotes nothing */
export function parseBudget(text: string): Budget {
  return Object.fromEntries(text.split(',').map((part) => parsePart(part.trim())));
}

function parsePart(part: string): readonly [string, number] {
  const at = part.indexOf('=');
  const step = part.slice(0, Math.max(0, at));
  if (STEPS.includes(step)) return [step, requireTimeout(part.slice(at + 1), `--budget ${step}`)];
  throw new CliError(
    'invalid_value',
    `--budget must be steps with a duration, such as connect=2s. The steps are ${STEPS.join(', ')}.`,
  );
}

/** If a step is given several times, the last one counts. */
export const budgetOf = (given: readonly Budget[]): Budget => Object.assign({}, ...given);

/** @throws CliError `conflicting_options` for a step that this test does not have */
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
