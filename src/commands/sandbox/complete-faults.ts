import type { CompletingWords } from '../../cli/options';
import { PROMISE_IDS } from '../../core/promises';
import { FAULTS } from '../../sandbox/faults';

/** Sample values for the word in capitals in the syntax of a fault, for example for STATUS in `connect:STATUS`. */
const SAMPLES = [
  ['STATUS', ['503', '429', '401']],
  ['OFFSET', ['+1h', '-10m']],
  ['ID', PROMISE_IDS],
] as const;

/** The values of --fail that a shell can complete, such as `connect:503`, each with its effect. */
export const COMPLETE_FAULTS: CompletingWords = {
  words: FAULTS.flatMap(({ spec, summary }) => {
    const plain = spec.replace(/\[.*\]/, '');
    const [placeholder, samples] = SAMPLES.find(([name]) => plain.endsWith(name)) ?? ['', ['']];
    return samples.map((sample) => [plain.replace(placeholder, sample), summary] as const);
  }),
};
