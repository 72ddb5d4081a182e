import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json';
import type { RunningSandbox } from '../../src/context/servers';
import { startSandbox } from '../../src/sandbox/index';
import { blocksIn, MANUAL } from '../support/documents';
import { realFiles } from '../support/real-files';
import { type RunOptions, run } from '../support/run';
import { withAutoAdvancingService } from './support/auto-advancing-service';
import { ACTION } from './support/composite-action';
import { envFor, ROOT, startShell } from './support/run-binary';
import { isPlainCall, wordsOf } from './support/shell-words';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
/**
 * The command that installs the package from a tarball in the repository, because the package is not on a public registry yet.
 * pack.test.ts runs this command.
 */
const INSTALL = `npm install --global --ignore-scripts ./vocalstack-token-${manifest.version}.tgz`;
const GITHUB = read('examples/ci/github.yml');
const GITLAB = read('examples/ci/gitlab.yml');
/** The YAML blocks in README and docs/, each with the name of its document. */
const SHORT = MANUAL.flatMap((document) =>
  blocksIn(document, 'yaml').map(
    (block, index) => [`${document.path}, block ${index + 1}`, block] as const,
  ),
);

let sandbox: RunningSandbox;
let base: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-ci-'));
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}

/** Returns the lines of a YAML document that run the given program. */
const linesIn = (document: string, program: string) =>
  textsIn(parse(document))
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${program} `));

const DOCUMENTS: readonly (readonly [string, string])[] = [
  ['examples/ci/github.yml', GITHUB],
  ['examples/ci/gitlab.yml', GITLAB],
  ...SHORT,
];
const RUNNABLE = DOCUMENTS.flatMap(([name, document]) =>
  linesIn(document, 'vstoken').map((line) => ({ name, line })),
);
const reportsOf = (line: string) =>
  [...line.matchAll(/--report (?:junit|html)=(\S+)/g)].map(([, path = '']) => path);

const stepIn = (folder: string, server: RunningSandbox) => ({
  ...envFor(server),
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_STEP_SUMMARY: join(folder, 'summary'),
});
/** Returns the names of the files that a command line writes to the job's folder. */
const leftBy = (line: string) =>
  [...reportsOf(line), ...(line.includes('--report github') ? ['summary'] : [])].sort();

/** Runs a command line in this process against the given server. Relative paths start at the job's folder. */
async function runStep(line: string, server: RunningSandbox, options: RunOptions = {}) {
  const [words = []] = await wordsOf('bash', [line]);
  const folder = mkdtempSync(join(base, 'job-'));
  const inFolder = (path: string) => resolve(folder, path);
  const { code, err } = await run(words, {
    ...options,
    stdin: '',
    env: stepIn(folder, server),
    context: (built) => ({
      ...built,
      files: {
        ...realFiles,
        appendLines: (path, lines) => realFiles.appendLines(inFolder(path), lines),
        openText: (path) => realFiles.openText(inFolder(path)),
      },
    }),
  });
  expect({ code, err }).toEqual({ code: 0, err });
  expect(readdirSync(folder).sort()).toEqual(leftBy(line));
}

describe('the examples for CI', () => {
  it.each(RUNNABLE)('$name contains a line that succeeds: $line', async ({ line }) => {
    expect(isPlainCall(line)).toBe(true);
    if (line.startsWith('vstoken verify'))
      await withAutoAdvancingService((server, clockOptions) => runStep(line, server, clockOptions));
    else await runStep(line, sandbox);
  });

  it.each(['github.yml', 'gitlab.yml'])('%s runs unchanged in a shell', async (file) => {
    const line = linesIn(read(`examples/ci/${file}`), 'vstoken').find((each) =>
      each.startsWith('vstoken test --report'),
    );
    const folder = mkdtempSync(join(base, 'job-'));
    const script = `set -eo pipefail; cd '${folder}'\n${line}`;
    const { code, err } = await startShell('bash', script, { env: stepIn(folder, sandbox) }).done;
    expect({ code, err }).toEqual({ code: 0, err });
    expect(readdirSync(folder).sort()).toEqual(leftBy(line ?? ''));
  });

  it.each([GITHUB, GITLAB])(
    'run the free checks for every commit, and the others nightly',
    (text) => {
      const lines = linesIn(text, 'vstoken').map((line) => line.replace(/ --report .*/, ''));
      expect(lines).toEqual([
        'vstoken test --mode read',
        'vstoken test --mode connect',
        'vstoken test',
        'vstoken verify',
      ]);
    },
  );

  it.each(DOCUMENTS)('%s installs this version, without running install scripts', (_, text) => {
    const installs = linesIn(text, 'npm');
    for (const line of installs) expect(line).toBe(INSTALL);
    expect(installs.length > 0).toBe(linesIn(text, 'vstoken').length > 0);
  });
});

describe('the workflow for GitHub', () => {
  interface Step {
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
  }
  const { jobs, permissions } = parse(GITHUB) as {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
    readonly permissions: unknown;
  };

  it('passes the secret only to the steps that need it', () => {
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    for (const { run = '', env = {} } of steps) {
      expect(Object.keys(env)).toEqual(run.startsWith('vstoken') ? ['VOCALSTACK_API_KEY'] : []);
      expect(run).not.toContain('${');
    }
    expect(GITHUB.match(/secrets\.VOCALSTACK_API_KEY/g)).toHaveLength(4);
    expect(permissions).toEqual({ contents: 'read' });
  });

  it('pins actions to a commit', () => {
    const lines = GITHUB.match(/^.*\buses:.*$/gm) ?? [];
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });
});

describe('the jobs for GitLab', () => {
  interface Job {
    readonly script?: readonly string[];
    readonly artifacts?: {
      readonly reports: { readonly junit: readonly string[] };
      readonly paths?: readonly string[];
    };
  }
  it.each(Object.entries(parse(GITLAB) as Readonly<Record<string, Job>>))(
    '%s keeps the files that it writes as artifacts',
    (_, { script = [], artifacts }) => {
      const kept = [...(artifacts?.reports.junit ?? []), ...(artifacts?.paths ?? [])];
      expect(kept.sort()).toEqual(script.flatMap(reportsOf).sort());
    },
  );
});

describe('the examples of the action in docs/', () => {
  it('set only inputs that exist', () => {
    const [step] = SHORT.map(([, block]) => parse(block)).filter(
      (each) => Array.isArray(each) && each[0]?.uses,
    );
    expect(step[0].uses).toBe(`OWNER/vocalstack-token@v${manifest.version}`);
    expect(Object.keys(ACTION.inputs)).toEqual(expect.arrayContaining(Object.keys(step[0].with)));
    expect(step[0].with).toHaveProperty('api-key');
  });
});
