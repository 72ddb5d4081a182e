// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index';
import { listMembers, outlineOf, parseShape } from '../src/core/json-shape';
import { type RunningSandbox, startSandbox } from '../src/sandbox/index';
import { CLIPBOARD } from './support/clipboard';
import { type RunOptions, run } from './support/run';
import { sdkProject } from './support/sdk-project';
import { findMismatches } from './support/shapes';
import { configDirWith, newConfigDir } from './support/stored';
import { runUntilStopped } from './support/until-stopped';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const env = () => ({ VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: sandbox.apiKey });

/**
 * Runs command lines in order.
 * @returns the JSON documents that they printed, one for each line of output
 */
async function documentsOf(
  lines: readonly string[],
  options: RunOptions,
): Promise<readonly unknown[]> {
  const documents: unknown[] = [];
  for (const line of lines) {
    const { out } = await run(line, options);
    documents.push(
      ...out
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text)),
    );
  }
  return documents;
}

const simply =
  (...lines: readonly string[]) =>
  () =>
    documentsOf(lines, { env: env() });

const stored =
  (...lines: readonly string[]) =>
  () =>
    documentsOf(lines, { configDir: configDirWith(sandbox, ['default', 'staging']) });

const server = (line: string) => async () => {
  const { out } = await runUntilStopped(line, async () => undefined, { env: env() });
  return [JSON.parse(out)];
};

/** A text in the form of a JWT. No service has minted it. */
const JWT = ['{"alg":"none"}', '{"exp":1}', ''].map((part) =>
  Buffer.from(part).toString('base64url'),
);

/** Each key names a kind of JSON document by a command line that prints it. Each function returns documents of this kind. */
const RUNS: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
  'mint --json': async () => [
    ...(await documentsOf(['mint --json', 'mint --json --count 2'], { env: env() })),
    ...(await documentsOf(['mint --json --client sdk'], {
      env: env(),
      cwd: sdkProject().folder,
    })),
  ],
  'mint --copy --json': () =>
    documentsOf(['mint --copy --json', 'mint --copy --json --client sdk'], {
      ...{ env: env(), clipboard: CLIPBOARD },
      cwd: sdkProject().folder,
    }),
  'test --json': async () => [
    ...(await documentsOf(
      ['test --json', 'test --json --mode read', 'test --json --expect nothing'],
      { env: env() },
    )),
    ...(await documentsOf(['test --json --mode connect --client sdk'], {
      env: env(),
      cwd: sdkProject().folder,
    })),
  ],
  'test --follow --json, one document per line': async () => [
    ...(await documentsOf(['test --follow --json', 'test --follow --json --expect nothing'], {
      env: env(),
    })),
    ...(await documentsOf(['test --follow --json --mode connect --client sdk'], {
      env: env(),
      cwd: sdkProject().folder,
    })),
  ],
  'verify --json': simply(
    'verify --json --only default-readonly,transport --expect-broken transport',
  ),
  'verify --list --json': simply('verify --list --json'),
  'api --json': simply('api --json /polyglot', 'api --json --as key /nope'),
  'inspect --json': async () => {
    const configDir = newConfigDir();
    const options = { configDir, env: env() };
    const { out } = await run('mint --no-one-time', options);
    const inspected = { ...options, stdin: out };
    return [
      ...(await documentsOf(['inspect --json --probe', 'inspect --json'], inspected)),
      ...(await documentsOf(['inspect --json'], { ...options, stdin: `"${JWT.join('.')}"` })),
      ...(await documentsOf(['inspect --json'], { ...options, stdin: 'undefined' })),
    ];
  },
  'serve --json': server('serve --port 0 --json'),
  'sandbox --json': server('sandbox --port 0 --json'),
  'sandbox --json, a line for each request on standard error': async () => {
    const { err } = await runUntilStopped('sandbox --port 0 --json', async (first) => {
      const { url, api_key: authorization } = JSON.parse(first);
      await fetch(`${url}/polyglot`, { headers: { authorization } });
      await fetch(`${url}/polyglot`);
    });
    const lines = err.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line));
  },
  'login --json': () =>
    documentsOf(['login --json --with-key --store plaintext'], {
      configDir: newConfigDir(),
      stdin: sandbox.apiKey,
      env: { VOCALSTACK_API_SERVER: sandbox.url },
    }),
  'logout --json': stored('logout --json', 'logout --all --json'),
  'status --json': async () => [
    ...(await stored('status --json', 'status --check --json')()),
    ...(await documentsOf(['status --json'], { configDir: newConfigDir() })),
  ],
  'profile list --json': stored('profile list --json'),
  'profile use --json': stored('profile use staging --json'),
  'profile rename --json': stored('profile rename staging acceptance --json'),
  'config list --json': stored('config list --json'),
  'config get, set or unset, with --json': stored(
    'config get lifetime --json',
    'config set lifetime 60s --json',
    'config unset lifetime --json',
  ),
  'config path --json': stored('config path --json'),
  'doctor --json': async () => [
    ...(await documentsOf(['doctor --json'], { env: env() })),
    ...(await documentsOf(['doctor --json --offline'], { configDir: newConfigDir() })),
  ],
  'explain CODE --json': simply('explain no_key --json'),
  'explain EXIT --json': simply('explain 4 --json'),
  'explain STATUS --json': simply('explain 401 --json'),
  'explain REFUSAL --json': simply('explain above_ceiling --json'),
  'explain VERDICT --json': simply('explain spent --json'),
  'explain SENTENCE --json': simply("explain 'auth token expired' --json"),
  'explain --json < FILE': () =>
    documentsOf(['explain --json'], { stdin: 'HTTP/1.1 401 Unauthorized\n' }),
  'explain --json': simply('explain --json', 'explain --json --command mint'),
  'completion SHELL --json': simply('completion zsh --json'),
  'completion --words --json': () =>
    documentsOf(['completion zsh --words --json'], { stdin: 'mint\n-o\n\n' }),
  'help --json': simply('help --json'),
  'help COMMAND --json': simply(...COMMANDS.map(({ name }) => `help ${name} --json`)),
  'help TOPIC --json': simply('help environment --json', 'help proxies --json'),
  'version --json': simply('version --json'),
};

const SHAPES = (
  await Promise.all(
    COMMANDS.map(async ({ name, load }) =>
      Object.entries((await load()).json).map(([when, shape]) => ({
        name: `${name} ${when}`,
        shape,
      })),
    ),
  )
).flat();

describe('the JSON documents', () => {
  it('are all declared, and every declared document is printed', () => {
    expect(SHAPES.map(({ name }) => name)).toEqual(Object.keys(RUNS));
  });

  it.each(SHAPES)('of vstoken $name have the declared shape', async ({ name, shape }) => {
    const documents = (await RUNS[name]?.()) ?? [];
    expect(documents.length).toBeGreaterThan(0);
    const parsed = parseShape(shape);
    const seen = new Set<string>();
    const mismatches = documents.flatMap((each) => findMismatches(each, parsed, seen));
    expect(mismatches).toEqual([]);
    const declared = [...new Set(listMembers(parsed).map(({ path }) => path))];
    expect(declared.filter((path) => !seen.has(path))).toEqual([]);
  });

  it('of a failure have the declared shape', async () => {
    const { out } = await run('help --json');
    const parsed = parseShape(JSON.parse(out).error_json.shape);
    const failures = await Promise.all([
      run('mint --json', { configDir: newConfigDir() }),
      run('mint --json', { env: { ...env(), VOCALSTACK_API_KEY: 'another' } }),
    ]);
    const seen = new Set<string>();
    const mismatches = failures.flatMap(({ err }) =>
      findMismatches(JSON.parse(err.trimEnd().split('\n').at(-1) ?? ''), parsed, seen),
    );
    expect(mismatches).toEqual([]);
    expect(listMembers(parsed).filter(({ path }) => !seen.has(path))).toEqual([]);
  });
});

describe('a shape', () => {
  const TEXT =
    '{a: string, b?: {c: number | null}[], d: "x" | "y", e: (string | number)[]} | {f: object}';

  it('is parsed with all its members', () => {
    expect(listMembers(parseShape(TEXT))).toEqual([
      { path: 'a', type: 'string' },
      { path: 'b?', type: 'object[]' },
      { path: 'b?[].c', type: 'number | null' },
      { path: 'd', type: '"x" | "y"' },
      { path: 'e', type: '(string | number)[]' },
      { path: 'f', type: 'object' },
    ]);
    expect(outlineOf(parseShape(TEXT))).toBe('{a, b?: [{c}], d, e} | {f}');
  });

  it.each(['', '{', '{a}', '{a: }', '{a: text}', '{a: string', '{a: string} b', 'string |'])(
    'cannot be written as %j',
    (text) => {
      expect(() => parseShape(text)).toThrow('Invalid shape');
    },
  );

  it.each([
    [{ a: 1, d: 'x', e: [] }, ['a: not string']],
    [{ a: '', d: 'z', e: ['', 1] }, ['d: not "x"']],
    [{ a: '', d: 'y', e: [], b: [{ c: null, g: 1 }] }, ['b?[].g: not in the shape']],
    [{ a: '', e: [] }, ['d: absent']],
    [{ a: '', d: 'y', e: {} }, ['e: no list']],
    [{ f: [] }, ['f: not object']],
    [{ f: {} }, []],
  ])('is compared with %j', (value, mismatches) => {
    expect(findMismatches(value, parseShape(TEXT), new Set())).toEqual(mismatches);
  });
});
