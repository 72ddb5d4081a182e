import { relative } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** A Vitest reporter that lists the tests that failed at first and passed when they were run again. Such tests are unreliable. */
// biome-ignore lint/style/noDefaultExport: vitest loads only a default export
export default function createRetriedReporter(): Reporter {
  let vitest: Vitest | undefined;
  return {
    onInit(instance) {
      vitest = instance;
    },
    onTestRunEnd(modules: readonly TestModule[]) {
      const root = vitest?.config.root ?? '';
      const tests = modules.flatMap((module) => [...module.children.allTests('passed')]);
      for (const test of tests.filter((one) => one.diagnostic()?.flaky)) {
        const path = relative(root, test.module.moduleId);
        process.stdout.write(`Passed at the second attempt only: ${path} ${test.fullName}\n`);
      }
    },
  };
}
