import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { installLine, missingPrivileges, missingPrograms, privileges } from './machine';

/**
 * A Vitest reporter that lists the tests that were skipped because a program or a privilege is missing. It also says how to
 * install the programs.
 */
// biome-ignore lint/style/noDefaultExport: vitest loads only a default export
export default function createSkippedReporter(): Reporter {
  let vitest: Vitest | undefined;
  return {
    onInit(instance) {
      vitest = instance;
    },
    onTestRunEnd(modules) {
      // If a filter is set, most tests are skipped because of the filter, so nothing is listed.
      const { testNamePattern, tagsFilter } = vitest?.config ?? {};
      if (testNamePattern || tagsFilter?.length) return;
      const lines = skippedLines(modules);
      if (lines.length > 0) process.stdout.write(`\n${lines.join('\n')}\n`);
    },
  };
}

function skippedLines(modules: readonly TestModule[]): readonly string[] {
  const skipped = modules
    .flatMap((module) => [...module.children.allTests('skipped')])
    .map(({ tags }) => ({
      programs: missingPrograms(tags),
      privileges: missingPrivileges(tags),
    }));
  const forPrograms = skipped.filter(({ programs }) => programs.length > 0);
  const others = skipped.filter((one) => one.programs.length === 0 && one.privileges.length > 0);
  const lines: string[] = [];
  if (forPrograms.length > 0) {
    const programs = unique(forPrograms.flatMap((one) => one.programs));
    lines.push(
      `Skipped: ${count(forPrograms)}. These programs are missing: ${programs.join(', ')}.`,
      `To install them: ${installLine(programs)}`,
    );
  }
  if (others.length > 0) {
    const names = unique(others.flatMap((one) => one.privileges)).map((name) => privileges[name]);
    lines.push(`Skipped: ${count(others)}. This process lacks: ${names.join(', ')}.`);
  }
  return lines;
}

const unique = <Item>(items: readonly Item[]) => [...new Set(items)].sort();
const count = ({ length }: readonly unknown[]) => (length === 1 ? '1 test' : `${length} tests`);
