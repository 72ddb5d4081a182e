import fc from 'fast-check';

const { VSTOKEN_FUZZ_RUNS: runs, VSTOKEN_FUZZ_SEED: seed } = process.env;

/** How many lines, requests or environments a fuzzer tries. */
export const FUZZ_RUNS = Number(runs || 300);

/**
 * A suite tries the same values each time, so that a change is judged by itself; a run of a length of its own searches, and prints
 * the seed of what it finds.
 */
if (seed || !runs) fc.configureGlobal({ seed: Number(seed || 1) });

export { fc };
