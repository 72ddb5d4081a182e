import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import executables from '../../assets/binary/node/package.json';
import manifest from '../../package.json';
import { NO_COMPILE_CACHE, ROOT, start } from './support/run-binary';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly (string | number)[]>> };
  readonly container?: { readonly image: string; readonly options: string };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (name: string): Workflow =>
  parse(readFileSync(join(ROOT, '.github/workflows', name), 'utf8'));
const source = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const CI = read('ci.yml');
const PUBLISH = read('publish.yml');
const FUZZ = read('fuzz.yml');
const BINARIES = read('binary.yml');
const ALL = Object.entries({
  'ci.yml': CI,
  'publish.yml': PUBLISH,
  'fuzz.yml': FUZZ,
  'binary.yml': BINARIES,
});
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

describe.each(ALL)('%s', (_name, workflow) => {
  it('may only read the source, unless a job has more permissions', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const more = Object.values(workflow.jobs).map(({ permissions }) => permissions ?? {});
    const writing = more
      .flatMap((each) => Object.entries(each))
      .filter(([, can]) => can !== 'read');
    const identity = ['id-token', 'write'];
    const wanted = new Map([
      [PUBLISH, [identity]],
      [BINARIES, [['attestations', 'write'], identity]],
    ]);
    expect(writing).toEqual(wanted.get(workflow) ?? []);
  });

  it('pins actions to a commit, keeps no git credentials, and has timeouts', () => {
    const used = stepsOf(workflow).filter(({ uses }) => uses !== undefined);
    for (const { uses, with: values } of used) {
      expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
      if (uses?.startsWith('actions/checkout@')) {
        expect(values).toEqual({ 'persist-credentials': false });
      }
    }
    for (const job of Object.values(workflow.jobs))
      expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('puts no expression into a script', () => {
    expect(stepsOf(workflow).filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it('runs only existing scripts', () => {
    const commands = stepsOf(workflow).map(({ run = '' }) => run);
    const scripts = commands.flatMap((run) => [...run.matchAll(/npm run ([\w:]+)/g)]);
    for (const [, script = ''] of scripts) expect(Object.keys(manifest.scripts)).toContain(script);
    const own = new Map([
      [FUZZ, 'npm run fuzz'],
      [BINARIES, 'npm run test:binary'],
    ]);
    expect(commands).toContain(own.get(workflow) ?? 'bash .ci/run');
  });
});

describe('S60 the workflows', () => {
  it('build the executables without write permission, and attest them without running code of the repository', () => {
    const { build, attest } = BINARIES.jobs;
    expect(build?.permissions).toBeUndefined();
    const scripts = attest?.steps.flatMap(({ run }) => run ?? []);
    expect(scripts).toEqual(['sha256sum *.tar.gz | tee SHA256SUMS']);
    expect(attest?.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))).toEqual([]);
    const packages = Object.keys(executables.optionalDependencies);
    expect(packages).toHaveLength(build?.strategy?.matrix['system']?.length ?? 0);
  });

  it('test three systems, with every supported version of Node.js', () => {
    const { system, node } = CI.jobs['systems']?.strategy?.matrix ?? {};
    expect(system).toEqual(['ubuntu-latest', 'macos-latest', 'windows-latest']);
    expect(node).toEqual([20, 22, 24, 26]);
    const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    const [, versions = ''] = /^for version in (.*); do$/m.exec(script) ?? [];
    const exact = versions.split(' ');
    expect(exact.map((version) => Number.parseInt(version, 10))).toEqual(node);
    for (const version of exact) expect(satisfies(version, manifest.engines.node)).toBe(true);
  });

  it('begin with the test command of README', () => {
    const [, command] = /^(npm ci && npm test)\b/m.exec(source('README.md')) ?? [];
    expect(command).toBeDefined();
    expect(source('.ci/run')).toContain(`bash -c '${command}'`);
  });

  it('report the exit status of each run, whatever text follows', async () => {
    // `ended` is a function of the script .ci/run. Its first argument is an exit status, in most calls `$?`. A `$(...)` to the
    // left of `$?` would change the value of `$?`.
    const script = source('.ci/run');
    const uses = script.match(/^ *ended .*$/gm) ?? [];
    expect(uses.length).toBeGreaterThan(3);
    for (const use of uses) expect(use).toMatch(/^ *ended (\$\?|1) [^`(]*$/);
    const [, notes] = /^(ended\(\) \{\n[\s\S]*?^\})$/m.exec(script) ?? [];
    const lines = [
      'code=0; ends=(); names=()',
      notes,
      '(exit 3); ended $? one a',
      'true; ended $? two b',
      "(exit 4); ended $? '' c",
      'echo "$code" "${names' + '[@]}"',
    ];
    const { out } = await start('bash', ['-c', lines.join('\n')]).done;
    expect(out).toBe('3 one two\n');
  });

  it("test the packed package in the users' projects", () => {
    expect(source('.ci/run')).toMatch(
      /^node test\/consumers\/run\.mjs <\/dev\/null\nended \$\? '' [\s\S]*\.ci\/figures\.mjs/m,
    );
  });

  it('count a test as skipped only if no run has run it, and a missing report as a failure', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vstoken-figures-'));
    const report = (root: string, states: readonly [string, string]) => ({
      testResults: ['a.test.ts', 'b.test.ts'].map((name, at) => ({
        name: `${root}/test/test/${name}`,
        status: 'passed',
        assertionResults: [{ fullName: 'holds', status: states[at] }],
      })),
    });
    for (const [name, text] of Object.entries({
      one: report('/tree', ['passed', 'skipped']),
      two: report('/copy/of/it', ['passed', 'skipped']),
      three: report('/tree', ['skipped', 'failed']),
    }))
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(text));
    const figures = async (...names: readonly string[]) =>
      (await start(process.execPath, [join(ROOT, '.ci/figures.mjs'), folder, ...names]).done).out;
    expect(await figures('one', 'two')).toBe('tests: 2 passed, 0 failed, 1 skipped\n');
    expect(await figures('one', 'two', 'three')).toBe(
      'failed in three: /b.test.ts holds\ntests: 2 passed, 1 failed, 0 skipped\n',
    );
    expect(await figures('one', 'gone')).toBe(
      'failed in gone: no report\ntests: 1 passed, 1 failed, 1 skipped\n',
    );
    rmSync(folder, { recursive: true });
  });

  it('publish only a release of this version', async () => {
    const steps = PUBLISH.jobs['build']?.steps ?? [];
    const check = steps.findIndex(({ env }) => env?.['TAG'] !== undefined);
    expect(check).toBeLessThan(steps.findIndex(({ run }) => run === 'bash .ci/run'));
    const ends = (tag: string) =>
      start('bash', ['-e', '-c', `cd '${ROOT}'\n${steps[check]?.run}`], { env: { TAG: tag } }).done;
    expect(await ends(`v${manifest.version}`)).toMatchObject({ code: 0 });
    expect(await ends('v9.9.9')).toMatchObject({ code: 1 });
  });

  it('publish in the only job with this permission, which runs no code of the repository', async () => {
    const trusted = Object.entries(PUBLISH.jobs).filter(
      ([, { permissions }]) => permissions?.['id-token'] !== undefined,
    );
    expect(trusted.map(([name]) => name)).toEqual(['publish']);
    const { steps, ...job } = PUBLISH.jobs['publish'] as Job;
    expect(job).toEqual({
      needs: 'build',
      'runs-on': 'ubuntu-latest',
      'timeout-minutes': expect.any(Number),
      environment: 'npm',
      // The job that publishes does not check out the repository, so this job cannot run code of the repository.
      permissions: { 'id-token': 'write' },
    });
    const [download, setup, publish, ...more] = steps;
    expect(more).toEqual([]);
    expect([download, setup].map((step) => step?.uses?.split('@')[0])).toEqual([
      'actions/download-artifact',
      'actions/setup-node',
    ]);
    const version = String(setup?.with?.['node-version']);
    expect(source('.ci/run')).toMatch(new RegExp(`^for version in .*\\b${version}\\b`, 'm'));
    expect(setup?.with).toEqual({ 'node-version': version, 'package-manager-cache': false });
    expect(Object.keys(publish ?? {})).toEqual(['run']);
    expect(publish?.run?.split(' ')).toEqual([
      ...['npm', 'publish', './package/*.tgz', '--provenance', '--access', 'public'],
      '--ignore-scripts',
    ]);
  });

  it("publish the tarball that was tested, with the repository's address", async () => {
    const { steps, permissions, container } = PUBLISH.jobs['build'] as Job;
    expect({ permissions, container }).toEqual({ container: CI.jobs['everything']?.container });
    const tested = steps.findIndex(({ run }) => run === 'bash .ci/run');
    const [upload, ...more] = steps.filter(({ uses }) => uses?.includes('/upload-artifact@'));
    expect(more).toEqual([]);
    expect(steps.at(-1)).toBe(upload);
    expect(upload?.with).toEqual({
      ...{ name: 'package', path: '*.tgz', 'if-no-files-found': 'error' },
    });
    const download = PUBLISH.jobs['publish']?.steps[0];
    expect(download?.with).toEqual({ name: 'package', path: 'package' });

    // Runs the steps between the tests and the upload, in a copy of the files that these steps use. The copy is already built, so
    // the build step is left out.
    const lines = steps.slice(tested + 1, -1).map(({ run = '' }) => run);
    const between = lines.filter((run) => run !== 'npm run build');
    expect(lines.length - between.length).toBe(1);
    const copy = mkdtempSync(join(tmpdir(), 'vstoken-publish-'));
    for (const name of [...manifest.files, 'package.json'])
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    const env = {
      ...NO_COMPILE_CACHE,
      ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'ada/tokens', CI: 'true' },
      ...{ npm_config_cache: join(copy, '.cache'), npm_config_prefix: join(copy, '.prefix') },
      ...{ npm_config_offline: 'true', npm_config_update_notifier: 'false' },
      PATH: [join(copy, '.prefix/bin'), process.env['PATH']].join(':'),
    };
    const script = [`cd '${copy}'`, ...between, 'tar -xzOf *.tgz package/package.json >&3'];
    const line = `exec 3>&1 1>&2\n${script.join('\n')}`;
    const { code, out, err } = await start('bash', ['-e', '-c', line], { env }).done;
    const tarballs = readdirSync(copy).filter((name) => name.endsWith('.tgz'));
    rmSync(copy, { recursive: true });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining(`\n${manifest.version}\n`),
    });
    expect(tarballs).toEqual([`${manifest.name}-${manifest.version}.tgz`]);
    expect(JSON.parse(out).repository).toEqual({
      type: 'git',
      url: 'git+https://github.com/ada/tokens.git',
    });
  });
});
