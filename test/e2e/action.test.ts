import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { workflowCommands } from '../support/workflow-commands';
import { findCanaries } from './support/canary';
import {
  ACTION,
  ACTION_TEXT,
  type ActionRun,
  expressionsIn,
  runAction,
} from './support/composite-action';
import { NO_COMPILE_CACHE, ROOT, start } from './support/run-binary';

let base: string;
let sandbox: RunningSandbox;
/** The packed package as a `file:` address. The tests pass it as the action's input `version`, so that npm downloads nothing. */
let version: string;
/** Environment for the real npm, without network access, and with npm's cache in the test's folder. */
let npm: Readonly<Record<string, string>>;
/** Environment in which the command `npm` is the fake npm (`STAND_IN`). */
let standIn: Readonly<Record<string, string>>;

/**
 * Script of a fake npm. It accepts only the install command that the action runs. Instead of installing the package, it links to
 * the built package.
 */
const STAND_IN = `
if [ "$#" != 8 ] || [ "$1 $2" != 'install --prefix' ] || [ "$3" != "$RUNNER_TEMP/vstoken" ] ||
  [ "$4 $5 $6 $7" != '--ignore-scripts --omit=optional --no-audit --no-fund' ] ||
  [ "$8" != "vocalstack-token@$THE_VERSION" ]; then
  echo "npm does not know: $*" >&2
  exit 1
fi
mkdir -p "$3/node_modules/.bin"
ln -s "$THE_PACKAGE" "$3/node_modules/vocalstack-token"
ln -s ../vocalstack-token/bin/vstoken.js "$3/node_modules/.bin/vstoken"
`;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-action-'));
  npm = {
    npm_config_cache: join(base, 'cache'),
    npm_config_update_notifier: 'false',
    npm_config_offline: 'true',
    ...NO_COMPILE_CACHE,
  };
  const pack = ['pack', ROOT, '--ignore-scripts', '--json', '--pack-destination', base];
  const { out } = await start('npm', pack, { env: npm }).done;
  version = `file:${join(base, JSON.parse(out)[0].filename)}`;
  const tools = join(base, 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'npm'), `#!/bin/sh${STAND_IN}`, { mode: 0o755 });
  const PATH = [tools, process.env['PATH']].join(delimiter);
  standIn = { PATH, THE_VERSION: version, THE_PACKAGE: ROOT };
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

/** Runs the action with the sandbox's API key and address, unless `inputs` or `env` sets others. */
function use(inputs: Readonly<Record<string, string>> = {}, env = {}): Promise<ActionRun> {
  const given = { 'api-key': sandbox.apiKey, 'api-server': sandbox.url, version, ...inputs };
  return runAction(given, base, { ...standIn, ...env });
}

const useWithNpm = (inputs: Readonly<Record<string, string>> = {}, env = {}) =>
  use(inputs, { PATH: process.env['PATH'] ?? '', ...npm, ...env });

/**
 * Copies the action's source and returns the path of the copy. The package.json of the copy has no dependencies, because npm has
 * no network access here.
 */
function sourceWithoutDependencies(): string {
  const source = mkdtempSync(join(base, 'source-'));
  for (const name of ['bin', 'dist']) {
    cpSync(join(ROOT, name), join(source, name === 'dist' ? 'built' : name), { recursive: true });
  }
  const { devDependencies, optionalDependencies, peerDependencies, ...rest } = manifest;
  const build = "require('node:fs').renameSync('built', 'dist')";
  const own = {
    ...rest,
    scripts: { build: `node -e "${build}"`, prepack: manifest.scripts.prepack },
  };
  writeFileSync(join(source, 'package.json'), JSON.stringify(own));
  const lock = { name: own.name, version: own.version, lockfileVersion: 3, packages: { '': own } };
  writeFileSync(join(source, 'package-lock.json'), JSON.stringify(lock));
  return source;
}

const annotationsOf = ({ results }: ActionRun) =>
  results.flatMap(({ out, err }) =>
    workflowCommands(`${out}\n${err}`).map(({ properties, data }) => {
      return `${properties['title']} | ${data}`;
    }),
  );

// The tests run concurrently, because one of them takes long: it waits until its tokens expire.
describe.concurrent('the action', () => {
  it.each(['read', 'connect', 'transcribe', 'verify'])(
    'passes with a valid key, in mode %s',
    async (mode) => {
      const run = await (mode === 'connect' ? useWithNpm : use)({ mode });
      const logs = run.results.map(({ code, err }) => ({ code, err }));
      expect({ ok: run.ok, logs }).toEqual({ ok: true, logs });
      const { report = '', ...outputs } = run.outputs;
      expect(outputs).toEqual({ ok: 'true', 'exit-code': '0' });
      expect(readdirSync(report).sort()).toEqual(['vstoken.html', 'vstoken.xml']);
      const command = mode === 'verify' ? 'vstoken verify' : 'vstoken test';
      expect(readFileSync(join(report, 'vstoken.xml'), 'utf8')).toContain(
        `classname="${command.replace(' ', '.')}.`,
      );
      expect(run.results[1]?.summary).toContain(`<h3>${command}: \u2705 passed</h3>`);
      expect(annotationsOf(run)).toEqual([]);
      expect(run.used).toEqual([
        {
          uses: expect.stringMatching(/^actions\/upload-artifact@/),
          with: {
            name: 'vstoken-report',
            path: `${report}/vstoken.*`,
            'if-no-files-found': 'ignore',
          },
        },
      ]);
      const canary = [{ name: 'key', secret: sandbox.apiKey }];
      for (const { out, err, summary } of run.results) {
        expect(findCanaries({ out: `${out}${summary}`, err }, [report], canary)).toEqual([]);
      }
    },
  );

  it('starts no transcription unless the mode is transcribe', async () => {
    const own = await startSandbox();
    await use({ 'api-key': own.apiKey, 'api-server': own.url });
    expect(own.stats()).toMatchObject({ mints: 1, starts: 0 });
    await own.close();
  });

  it('fails if the service refuses the key: exit code 4, an annotation and the reports', async () => {
    const run = await use({ 'api-key': 'another-key' });
    expect(run.ok).toBe(false);
    expect(run.outputs).toMatchObject({ ok: 'false', 'exit-code': '4' });
    expect(annotationsOf(run)).toEqual([
      expect.stringMatching(/^vstoken test: mint failed \| [\s\S]+\ncode: key_refused \(exit 4\)$/),
    ]);
    expect(run.results[1]?.summary).toContain('\u274c failed');
    expect(run.used).toHaveLength(1);
    expect(readFileSync(join(run.outputs['report'] ?? '', 'vstoken.xml'), 'utf8')).toContain(
      'key_refused',
    );
  });

  it('fails without a key, and explains that forks get no secrets', async () => {
    const run = await use({ 'api-key': '' });
    expect(run.outputs).toMatchObject({ ok: 'false', 'exit-code': '4' });
    expect(annotationsOf(run)).toEqual([
      expect.stringMatching(
        /VOCALSTACK_API_KEY is set, but empty\.\nhint: .*a pull request from a fork/,
      ),
    ]);
  });

  it('rejects an unknown mode', async () => {
    const run = await use({ mode: 'reed' });
    expect(run.outputs).toEqual({ ok: 'false', 'exit-code': '2', report: '' });
    expect(annotationsOf(run)).toEqual([
      'vstoken | The input mode must be read, connect, transcribe or verify.',
    ]);
    expect(run.used).toEqual([]);
  });

  it('annotates a failure before the first step', async () => {
    const run = await use({ 'api-server': 'http://host.invalid' });
    expect(run.outputs).toMatchObject({ ok: 'false', 'exit-code': '2' });
    expect(annotationsOf(run)).toEqual([expect.stringMatching(/insecure_server/)]);
    expect(run.results[1]?.err).toContain('insecure_server');
  });

  it('annotates a failure even if no report can be written', async () => {
    // No file can be created in /proc/self.
    const run = await use({ 'report-path': '/proc/self' });
    expect(run.outputs).toMatchObject({ ok: 'false', 'exit-code': '3' });
    expect(annotationsOf(run)).toEqual([
      expect.stringMatching(/^vstoken \| vstoken ended with exit code 3 /),
      expect.stringMatching(/output_unwritable/),
    ]);
  });

  it('does not run shell code in an input', async () => {
    const planted = join(base, 'planted');
    const text = `"; touch ${planted}; '$(touch ${planted})\`touch ${planted}\`\nok=true\n`;
    const folder = join(base, 'reports');
    const runs = await Promise.all([
      use({ mode: text }),
      use({ 'api-server': text }),
      useWithNpm({ version: text }),
      use({ 'report-path': `${folder}${text}`, 'artifact-name': text }),
    ]);
    expect(existsSync(planted)).toBe(false);
    const ends = runs.map(({ outputs }) => `${outputs['ok']} ${outputs['exit-code']}`);
    expect(ends).toEqual(['false 2', 'false 2', 'false ', 'true 0']);
    expect(runs[3]?.used[0]?.with['name']).toBe(text);
  });

  it('writes the reports to report-path, replaces old ones, and uploads none if artifact-name is empty', async () => {
    const folder = mkdtempSync(join(base, 'reports-'));
    writeFileSync(join(folder, 'vstoken.xml'), 'old');
    const run = await use({ 'report-path': join(folder, 'a b'), 'artifact-name': '' });
    expect(run.outputs['report']).toBe(join(folder, 'a b'));
    expect(readdirSync(join(folder, 'a b'))).toHaveLength(2);
    expect(run.used).toEqual([]);
    const failed = await use({ 'report-path': folder, 'api-server': 'nope' });
    expect(failed.ok).toBe(false);
    expect(readFileSync(join(folder, 'vstoken.xml'), 'utf8')).toContain('invalid_server');
  });

  it("uses the job's VOCALSTACK_API_SERVER if api-server is empty", async () => {
    const run = await use({ 'api-server': '' }, { VOCALSTACK_API_SERVER: sandbox.url });
    expect(run.outputs['ok']).toBe('true');
  });

  it('builds the package from its own source if version is empty', async () => {
    const source = sourceWithoutDependencies();
    const run = await useWithNpm({ version: '' }, { GITHUB_ACTION_PATH: source });
    expect(run.outputs['ok']).toBe('true');
    expect(run.results[0]?.out).toContain(`${manifest.version}\n`);
    expect(existsSync(join(source, 'dist/entry.js'))).toBe(true);
  });

  it('fails if the package cannot be installed', async () => {
    const run = await useWithNpm({ version: '99.0.0' });
    expect(run.ok).toBe(false);
    expect(run.outputs).toEqual({ ok: 'false', 'exit-code': '', report: '' });
    expect(run.results).toHaveLength(1);
    const bare = await use({}, { PATH: base });
    expect(annotationsOf(bare)).toEqual([expect.stringContaining('Run actions/setup-node')]);
  });
});

const ICON = /^[a-z-]+$/;
const COLORS = [
  'white',
  'black',
  'yellow',
  'blue',
  'green',
  'orange',
  'red',
  'purple',
  'gray-dark',
];

describe('the metadata of the action', () => {
  const { steps } = ACTION.runs;

  it('has what GitHub requires', () => {
    expect(Object.keys(ACTION).sort()).toEqual(
      ['author', 'branding', 'description', 'inputs', 'name', 'outputs', 'runs'].sort(),
    );
    expect(ACTION.name.length).toBeGreaterThan(3);
    expect(ACTION.description.length).toBeGreaterThan(20);
    expect(ACTION.branding.icon).toMatch(ICON);
    expect(COLORS).toContain(ACTION.branding.color);
    expect(ACTION.runs.using).toBe('composite');
    for (const input of Object.values(ACTION.inputs)) {
      expect(input.description.length).toBeGreaterThan(10);
      expect(input.required === true).toBe(input.default === undefined);
    }
    for (const output of Object.values(ACTION.outputs)) {
      expect(output.description).not.toBe('');
    }
    for (const step of steps) {
      expect(Object.keys(step).filter((key) => key === 'run' || key === 'uses')).toHaveLength(1);
    }
  });

  it('uses every declared input and no other, and takes each output from an existing step', () => {
    const expressions = steps.flatMap((step) => expressionsIn(JSON.stringify(step)));
    const inputs = expressions.flatMap((text) => text.match(/inputs\.[\w-]+/g) ?? []);
    const known = Object.keys(ACTION.inputs).map((name) => `inputs.${name}`);
    expect([...new Set(inputs)].sort()).toEqual(known.sort());
    const ids = steps.map(({ id }) => id);
    for (const { value } of Object.values(ACTION.outputs)) {
      const [, id] = /steps\.([\w-]+)\.outputs\./.exec(value) ?? [];
      expect(ids).toContain(id);
    }
  });

  it('runs its scripts with bash, and puts no expression into them', () => {
    const scripts = steps.filter(({ run }) => run !== undefined);
    expect(scripts.length).toBeGreaterThan(1);
    for (const { run, shell } of scripts) {
      expect(shell).toBe('bash');
      expect(run).not.toContain('${{');
    }
  });

  it('passes the key only to the step that needs it, in a variable that its script does not use', () => {
    const holders = steps.filter((step) => JSON.stringify(step).includes('inputs.api-key'));
    expect(holders.map(({ id }) => id)).toEqual(['check']);
    expect(holders[0]?.env?.['VOCALSTACK_API_KEY']).toMatch(/^\$\{\{ inputs\.api-key \}\}$/);
    for (const { run } of steps) expect(run ?? '').not.toContain('VOCALSTACK_API_KEY');
  });

  it('pins other actions to a commit, and names the version', () => {
    const lines = ACTION_TEXT.match(/^.*\buses:.*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('installs nothing from a registry unless version is set', () => {
    expect(ACTION.inputs['version']?.default).toBe('');
  });
});
