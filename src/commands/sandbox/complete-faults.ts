import type { CompletingWords } from '../../cli/options';
import { PROMISE_IDS } from '../../core/promises';
import { FAULTS } from '../../sandbox/faults';

/** Examples for the part of a fault that a person replaces, such as STATUS. */
const SAMPLES = [
  ['STATUS', ['503', '429', '401']],
  ['OFFSET', ['+1h', '-10m']],
  ['ID', PROMISE_IDS],
] as const;

/** Every fault as a person types it, with its effect. */
export const COMPLETE_FAULTS: CompletingWords = {
  words: FAULTS.flatMap(({ spec, summary }) => {
    const plain = spec.replace(/\[.*\]/, '');
    const [placeholder, samples] = SAMPLES.find(([name]) => plain.endsWith(name)) ?? ['', ['']];
    return samples.map((sample) => [plain.replace(placeholder, sample), summary] as const);
  }),
};
