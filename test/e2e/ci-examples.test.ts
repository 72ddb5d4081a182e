import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { blocksIn, MANUAL } from '../support/documents';
import { ACTION } from './support/composite-action';
import { envFor, NO_COMPILE_CACHE, ROOT, start, startShell } from './support/run-binary';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
/** The package in the repository that is tested, as long as no public registry has it. */
const TARBALL = `vocalstack-token-${manifest.version}.tgz`;
const INSTALL = `npm install --global --ignore-scripts ./${TARBALL}`;
const GITHUB = read('examples/ci/github.yml');
const GITLAB = read('examples/ci/gitlab.yml');
/** The blocks of YAML in README and docs/, with the names of their documents. */
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

/** Every text in a document of YAML. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}

/** The lines of a document that run something. */
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
/** The files that a line writes. */
const reportsOf = (line: string) =>
  [...line.matchAll(/--report (?:junit|html)=(\S+)/g)].map(([, path = '']) => path);

describe('what to copy into CI', () => {
  it.each(RUNNABLE)('$name: $line', async ({ line }) => {
    const folder = mkdtempSync(join(base, 'job-'));
    const script = `set -eo pipefail; cd '${folder}'\n${line}`;
    const { code, err } = await startShell('bash', script, {
      env: {
        ...envFor(sandbox),
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      },
    }).done;
    expect({ code, err }).toEqual({ code: 0, err });
    const summary = line.includes('--report github') ? ['summary'] : [];
    expect(readdirSync(folder).sort()).toEqual([...reportsOf(line), ...summary].sort());
  });

  it.each([GITHUB, GITLAB])('has what is free for every commit, and the rest nightly', (text) => {
    const lines = linesIn(text, 'vstoken').map((line) => line.replace(/ --report .*/, ''));
    expect(lines).toEqual([
      'vstoken test --mode read',
      'vstoken test --mode connect',
      'vstoken test',
      'vstoken verify',
    ]);
  });

  it.each(DOCUMENTS)('%s installs this version, without scripts', (_, text) => {
    const installs = linesIn(text, 'npm');
    for (const line of installs) expect(line).toBe(INSTALL);
    expect(installs.length > 0).toBe(linesIn(text, 'vstoken').length > 0);
  });

  it('is installed from the file that npm pack makes, without a registry', async () => {
    const folder = mkdtempSync(join(base, 'install-'));
    const prefix = mkdtempSync(join(base, 'prefix-'));
    const npm = {
      npm_config_cache: join(base, 'cache'),
      npm_config_update_notifier: 'false',
      npm_config_offline: 'true',
      npm_config_prefix: prefix,
      ...NO_COMPILE_CACHE,
    };
    const pack = ['pack', ROOT, '--ignore-scripts', '--pack-destination', base];
    expect((await start('npm', pack, { env: npm }).done).code).toBe(0);
    copyFileSync(join(base, TARBALL), join(folder, TARBALL));
    const { code, err } = await startShell('bash', INSTALL, { env: npm, cwd: folder }).done;
    expect({ code, err }).toEqual({ code: 0, err });
    const { out } = await start(join(prefix, 'bin/vstoken'), ['--version']).done;
    expect(out).toBe(`${manifest.version}\n`);
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

  it('hands the secret to the steps that need it, and to no other', () => {
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    for (const { run = '', env = {} } of steps) {
      expect(Object.keys(env)).toEqual(run.startsWith('vstoken') ? ['VOCALSTACK_API_KEY'] : []);
      expect(run).not.toContain('${');
    }
    expect(GITHUB.match(/secrets\.VOCALSTACK_API_KEY/g)).toHaveLength(4);
    expect(permissions).toEqual({ contents: 'read' });
  });

  it('pins what it uses to a commit', () => {
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
    '%s keeps what it writes',
    (_, { script = [], artifacts }) => {
      const kept = [...(artifacts?.reports.junit ?? []), ...(artifacts?.paths ?? [])];
      expect(kept.sort()).toEqual(script.flatMap(reportsOf).sort());
    },
  );
});

describe('the use of the action in docs/', () => {
  it('has inputs that there are', () => {
    const [step] = SHORT.map(([, block]) => parse(block)).filter(
      (each) => Array.isArray(each) && each[0]?.uses,
    );
    expect(step[0].uses).toBe(`OWNER/vocalstack-token@v${manifest.version}`);
    expect(Object.keys(ACTION.inputs)).toEqual(expect.arrayContaining(Object.keys(step[0].with)));
    expect(step[0].with).toHaveProperty('api-key');
  });
});
