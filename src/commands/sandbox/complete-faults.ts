import type { CompletingWords } from '../../cli/options';
import { PROMISE_IDS } from '../../core/promises';
import { FAULTS } from '../../sandbox/faults';

/** What stands for the parts of a fault that can be anything. */
const SAMPLES = [
  ['STATUS', ['503', '429', '401']],
  ['OFFSET', ['+1h', '-10m']],
  ['ID', PROMISE_IDS],
] as const;

/** Every fault as it can be typed, with what it does. */
export const COMPLETE_FAULTS: CompletingWords = {
  words: FAULTS.flatMap(({ spec, summary }) => {
    const plain = spec.replace(/\[.*\]/, '');
    const [placeholder, samples] = SAMPLES.find(([name]) => plain.endsWith(name)) ?? ['', ['']];
    return samples.map((sample) => [plain.replace(placeholder, sample), summary] as const);
  }),
};
