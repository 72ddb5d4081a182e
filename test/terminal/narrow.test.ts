import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { envFor, run } from '../support/run';
import { configDirWith, newConfigDir } from '../support/stored';
import { widerThan, withoutBreaks } from '../support/words';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const NAMES = ['default', 'a-profile-with-a-long-name'] as const;

describe('in a terminal of 40 columns', () => {
  it.each([
    ['status', 0],
    ['status --check', 0],
    ['config list', 0],
    ['config get test_url', 0],
    ['profile list', 0],
    ['profile use a-profile-with-a-long-name', 0],
    ['profile rename default another-name-that-is-long', 0],
    ['logout --all', 0],
    ['login --with-key --store plaintext --profile a-profile-with-a-long-name', 0],
    ['explain', 0],
    ['explain --command mint', 0],
    ['test', 0],
    ['test --follow', 0],
    ['test --mode connect', 0],
  ])('vstoken %s breaks no word', async (line, exit) => {
    const results = [];
    for (const terminal of ['all', 'none'] as const) {
      const configDir = configDirWith(sandbox, NAMES, {
        test_url: `${sandbox.url}/sandbox/clip.wav`,
      });
      const result = await run(line, {
        ...(line.startsWith('test') ? { env: envFor(sandbox) } : { configDir }),
        ...(line.startsWith('login') ? { stdin: sandbox.apiKey } : {}),
        ...{ terminal, columns: 40 },
      });
      expect(result.code).toBe(exit);
      results.push(result.out.replaceAll(configDir, 'folder'));
    }
    const [shown = '', piped = ''] = results;
    expect(piped).not.toBe('');
    const times = /\b\d+ ms|\d{4}-\d\d-\d\d[T ]\d\d:\S+/g;
    expect(withoutBreaks(shown).replace(times, '')).toBe(withoutBreaks(piped).replace(times, ''));
    expect(widerThan(40, shown)).toEqual([]);
  });
});

describe('the error no_key', () => {
  const STEPS = [
    'Try vstoken without an account: vstoken test --sandbox',
    'Get a key: https://www.vocalstack.com/dashboard/api-keys',
    'Store it: vstoken login',
  ];

  it('says in three lines what to do', async () => {
    for (const line of ['mint', 'status', 'test', 'exec -- true', 'serve --port 0']) {
      const { code, err } = await run(line);
      expect(code).toBe(4);
      expect(err).toContain(`\nhint:  ${STEPS.join('\n       ')}\ncode:  no_key (exit 4)\n`);
      const json = await run(`--json ${line}`);
      expect(json.error().hint).toBe(STEPS.join('\n'));
    }
  });

  it('says it in one line in a report and in doctor', async () => {
    const { files } = await run('test --report html=/a.html --report junit=/a.xml');
    for (const file of Object.values(files)) {
      expect(String(file)).toContain(STEPS.join('; '));
      expect(String(file)).not.toContain('u000a');
    }
    const { out } = await run('doctor --offline');
    expect(out).toContain(STEPS.join('; '));
  });

  it('has the same steps in explain', async () => {
    const { json, out } = await run('explain no_key --json');
    expect(json()).toMatchObject({ fixes: STEPS });
    expect(out).toContain('vstoken status');
  });

  it('does not occur in login, whose prompt has the first two steps', async () => {
    const configDir = newConfigDir();
    const options = { terminal: 'all', answers: ['a-key'], configDir } as const;
    const lines = (err: string) => err.split('\n');
    const { err } = await run('login --store plaintext --no-verify', options);
    for (const step of STEPS.slice(0, 2)) expect(lines(err)).toContain(step);
    const quiet = await run('login --store plaintext --no-verify --quiet', options);
    expect(quiet.err).not.toContain(STEPS[0]);
    const other = await run('login --store plaintext --no-verify', {
      ...options,
      env: { VOCALSTACK_API_SERVER: sandbox.url },
    });
    expect(other.err).not.toContain('dashboard');
  });
});
