import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { subset } from 'semver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import lock from '../../package-lock.json';
import { MANUAL } from '../support/documents';
import { BINARY, NO_COMPILE_CACHE, ROOT, start, startShell } from './support/run-binary';

/**
 * Maximum size of the package in bytes, without the audio clip, the documents and the examples. Line breaks and function names in
 * the library take 45 kB. They make stack traces readable. The packages for SOCKS proxies take 73 kB.
 */
const MOST = 1.25 * 1024 * 1024;

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

let base: string;
let packed: Packed;
/** The folder (npm's prefix) into which the tarball is installed globally. */
let prefix: string;
/** A user's project that depends on the package. */
let project: string;

/** The command of examples/ci that installs the tarball. */
const [INSTALL = ''] =
  /npm install .*$/m.exec(readFileSync(join(ROOT, 'examples/ci/github.yml'), 'utf8')) ?? [];

/** Returns the environment for the real npm, with its cache and its logs in the test's folder. */
const npmEnv = () => ({
  npm_config_cache: join(base, 'cache'),
  npm_config_update_notifier: 'false',
  npm_config_registry: 'http://127.0.0.1:9',
  ...NO_COMPILE_CACHE,
});

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const options = cwd === base ? {} : { cwd };
  const { code, out, err } = await start('npm', args, { env: npmEnv(), ...options }).done;
  expect({ code, err }).toEqual({ code: 0, err: expect.any(String) });
  return out;
}

/** Installs the tarball with the command of examples/ci. The working directory contains the tarball, like a repository in CI. */
async function installAsInCi(tarball: string): Promise<void> {
  const cwd = join(base, 'repository');
  mkdirSync(cwd);
  copyFileSync(tarball, join(cwd, packed.filename));
  const env = { ...npmEnv(), npm_config_offline: 'true', npm_config_prefix: prefix };
  const { code, err } = await startShell('bash', INSTALL, { env, cwd }).done;
  expect({ code, err }).toEqual({ code: 0, err });
}

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-pack-'));
  prefix = join(base, 'prefix');
  project = join(base, 'project');
  mkdirSync(prefix);
  mkdirSync(project);
  // npm runs outside of the repository, so that it does not scan all files of the repository.
  const pack = ['pack', ROOT, '--ignore-scripts', '--json', '--pack-destination', base];
  packed = JSON.parse(await npm(pack, base))[0];
  const tarball = join(base, packed.filename);
  const offline = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await installAsInCi(tarball);
  writeFileSync(join(project, 'package.json'), '{"name":"project","private":true}');
  await npm(['install', '--prefix', project, ...offline, tarball], base);
});
afterAll(() => rmSync(base, { recursive: true }));

describe('S60 the tarball', () => {
  it('contains exactly the listed files', () => {
    const paths = packed.files.map(({ path }) => path);
    const single = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    const example = ['app.js', 'icon.svg', 'index.html', 'problems.js', 'settings.js'];
    example.push(
      'captions.html',
      'captions.js',
      'live.js',
      'package.json',
      'style.css',
      'vocalstack.js',
    );
    single.push(...example.map((name) => `examples/browser/${name}`));
    single.push('examples/ci/github.yml', 'examples/ci/gitlab.yml');
    single.push(...MANUAL.map(({ path }) => path));
    expect(paths).toEqual(expect.arrayContaining([...single, 'bin/vstoken.js', 'dist/entry.js']));
    const code = /^dist\/(entry|index|sandbox\/index|(library|chunks)\/[\w.-]+)\.js$/;
    const types = /^dist\/((sandbox\/)?index\.d\.m?ts|browser\/index\.d\.mts)$/;
    const others = [
      'bin/vstoken.js',
      'bin/keychain.js',
      'bin/packages.js',
      'bin/sdk-confine.js',
      'bin/sdk-confine-import.mjs',
      'bin/sdk-host.js',
      'bin/sdk-localhost.js',
      'dist/browser/index.mjs',
      'dist/edge/index.mjs',
      'dist/edge/sandbox.mjs',
      'dist/index.mjs',
      'dist/sandbox/index.mjs',
      'dist/licenses.txt',
    ];
    const strange = paths.filter(
      (path) => ![...single, ...others].includes(path) && !code.test(path) && !types.test(path),
    );
    expect(strange).toEqual([]);
  });

  it('contains all files that its pages link to, except pictures and pages for contributors', () => {
    const paths = packed.files.map(({ path }) => path);
    const elsewhere = /^(CONTRIBUTING\.md|\.github\/SECURITY\.md|action\.yml)$/;
    const links = MANUAL.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map(([, to = '']) =>
        posix.join(posix.dirname(path), to),
      ),
    );
    expect(links).toContain('docs/mint.md');
    const missing = links.filter((path) => !paths.includes(path) && !elsewhere.test(path));
    expect(missing).toEqual([]);
  });

  it('contains no chunk of an earlier build', () => {
    const chunks = packed.files.map(({ path }) => path).filter((path) => /^dist\/.*js$/.test(path));
    const codeOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
    const entries = ['dist/entry.js', 'dist/index.js', 'dist/sandbox/index.js'];
    entries.push('dist/browser/index.mjs', 'dist/index.mjs', 'dist/sandbox/index.mjs');
    entries.push('dist/edge/index.mjs', 'dist/edge/sandbox.mjs');
    const reached = new Set(entries);
    for (const path of reached) {
      for (const [, to = ''] of codeOf(path).matchAll(/["'`](\.{1,2}\/[\w./-]+\.js)["'`]/g)) {
        const chunk = posix.join(posix.dirname(path), to);
        if (chunks.includes(chunk)) reached.add(chunk);
      }
    }
    expect(chunks.filter((path) => !reached.has(path))).toEqual([]);
  });

  it('has at most 1.25 MiB besides the audio clip, the pages and the examples', () => {
    const clip = packed.files.find(({ size, path }) => /\/clip-/.test(path) && size > 50_000);
    expect(clip?.size).toBeLessThan(120_000);
    const manual = packed.files.filter(({ path }) =>
      /^(docs\/|examples\/|CHANGELOG|README)/.test(path),
    );
    const beside = [clip, ...manual].reduce((sum, file) => sum + (file?.size ?? 0), 0);
    expect(packed.unpackedSize - beside).toBeLessThanOrEqual(MOST);
  });

  it('contains the licences of all bundled packages, all of which allow bundling', () => {
    const installed = join(prefix, 'lib/node_modules/vocalstack-token/dist/licenses.txt');
    const notices = readFileSync(installed, 'utf8')
      .split(/^-{72}\n+/m)
      .slice(0, -1);
    // A notice contains a licence text only once, below the names of all packages that have this licence text.
    const heads = notices.flatMap((notice) => [
      ...notice.matchAll(/^(@?[\w./-]+ \d\S+) \((.+)\)$/gm),
    ]);
    const named = heads.map(([, name]) => name);
    // @inquirer/prompts only exports other packages, and contains no code itself.
    const withCode = importedPackages().filter((name) => name !== '@inquirer/prompts');
    const versioned = withCode.map((name) => `${name} ${LOCKED[`node_modules/${name}`]?.version}`);
    expect(named).toEqual(expect.arrayContaining(versioned));
    const free = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'];
    expect(heads.filter(([, , licence = '']) => !free.includes(licence))).toEqual([]);
    for (const notice of notices) {
      expect(notice).toMatch(/copyright|©|\(c\)/i);
      expect(notice).toMatch(
        /permission (is hereby granted|to use)|redistribution and use|apache license/i,
      );
    }
  });
});

describe('the tarball, checked with publint and attw', () => {
  const tarball = () => new Uint8Array(readFileSync(join(base, packed.filename)));

  it('passes publint', async () => {
    const { messages } = await publint({ pack: { tarball: tarball().buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  it('resolves to its types with every kind of module resolution', async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball()));
    expect(result).toMatchObject({ types: { kind: 'included' } });
    const problems = 'problems' in result ? result.problems : [];
    // `./browser` is an ES module. All supported versions of Node.js can load an ES module with `require`, so the problem
    // CJSResolvesToESM is no error.
    const isModule = (problem: (typeof problems)[number]) =>
      problem.kind === 'CJSResolvesToESM' && problem.entrypoint === './browser';
    expect(problems.filter((problem) => !isModule(problem))).toEqual([]);
    const entries = 'entrypoints' in result ? Object.keys(result.entrypoints) : [];
    expect(entries).toEqual(expect.arrayContaining(['.', './sandbox', './browser']));
  });
});

function packagesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/@.][^/]*$/.test(path))
    .filter((path) => statSync(join(folder, path)).isDirectory());
}

describe('S60 a global installation without a network, with the command of examples/ci', () => {
  it('installs one package', () => {
    expect(packagesBelow(prefix)).toEqual(['lib/node_modules/vocalstack-token']);
  });

  it.each(['vstoken', 'vocalstack-token'])('works as %s', async (name) => {
    const path = join(prefix, 'bin', name);
    const version = await start(path, ['--version']).done;
    expect(version).toMatchObject({ code: 0, out: `${manifest.version}\n`, err: '' });
    const mint = await start(path, ['mint', '--sandbox']).done;
    expect(mint).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]{43}\n$/) });
    const test = await start(path, ['test', '--sandbox']).done;
    expect(test).toMatchObject({ code: 0, out: expect.stringMatching(/^A token is brief,/) });
  });
});

const USE = `
  const sandbox = await startSandbox({ port: 0 });
  const response = await fetch(sandbox.url + '/security/generate-token', {
    headers: { authorization: sandbox.apiKey },
  });
  const { status, data } = await response.json();
  console.log(status, typeof data, sandbox.stats().mints);
  await sandbox.close();
`;

/** An expression that returns the names of the chunks that a program has loaded. */
const CHUNKS = `Object.keys(require.cache)
  .flatMap((path) => /chunks[\\\\/]([\\w-]+)-[\\w-]{8}\\.js$/.exec(path)?.[1] ?? [])
  .sort()`;

describe("S60 vocalstack-token/sandbox in a user's project", () => {
  it.each([
    [
      'cjs',
      `const { startSandbox } = require('vocalstack-token/sandbox');\n(async () => {${USE}})();`,
    ],
    ['mjs', `import { startSandbox } from 'vocalstack-token/sandbox';\n${USE}`],
  ])('can be used in a %s file', async (extension, script) => {
    const path = join(project, `use.${extension}`);
    writeFileSync(path, script);
    const result = await start(process.execPath, [path]).done;
    expect(result).toEqual({ code: 0, signal: null, out: 'done string 1\n', err: '' });
  });

  it('loads no code of the command line', async () => {
    const program = `require('vocalstack-token/sandbox');
      const { readFileSync } = require('node:fs');
      const loaded = Object.keys(require.cache).map((path) => readFileSync(path, 'utf8'));
      console.log(JSON.stringify({
        sandbox: loaded.some((code) => code.includes('startSandbox')),
        commander: loaded.some((code) => code.includes('commander.unknownOption')),
        chunks: ${CHUNKS},
      }));`;
    const { out } = await start(process.execPath, ['-e', program], { cwd: project }).done;
    const chunks = ['base', 'core', 'faults', 'named-options', 'rolldown-runtime', 'safe-cause'];
    expect(JSON.parse(out)).toEqual({ sandbox: true, commander: false, chunks });
  });

  it('can be imported, and so can the library and the manifest, but no other file', async () => {
    for (const name of ['vocalstack-token/dist/entry.js', 'vocalstack-token/library']) {
      const path = join(project, 'inside.cjs');
      writeFileSync(path, `require('${name}')`);
      const { code, err } = await start(process.execPath, [path]).done;
      expect(code).toBe(1);
      expect(err).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
    }
  });
});

const USE_LIBRARY = `
  const sandbox = await startSandbox();
  const { apiKey, url: apiServer } = sandbox;
  const { token, expiresAt } = await mintToken({ apiKey, apiServer, access: 'readwrite' });
  const { mode } = await testToken({ token, mode: 'connect', apiServer });
  const handle = createTokenHandler({ apiKey, apiServer, authenticate: () => true });
  const response = await handle(new Request('https://app.example.com/token'));
  const wrong = await mintToken({ apiKey: 'wrong', apiServer }).catch((error) => error);
  console.log(
    typeof token, expiresAt instanceof Date, mode, response.status,
    (await createClient({ apiKey, apiServer }).mintToken()).oneTime,
    isTokenError(wrong), wrong.code, typeof toNodeListener(handle),
  );
  await sandbox.close();
`;
const NAMES =
  '{ createClient, createTokenHandler, isTokenError, mintToken, testToken, toNodeListener }';

describe("S60 vocalstack-token in a user's project", () => {
  it.each([
    [
      'cjs',
      `const ${NAMES} = require('vocalstack-token');
       const { startSandbox } = require('vocalstack-token/sandbox');
       (async () => {${USE_LIBRARY}})();`,
    ],
    [
      'mjs',
      `import ${NAMES} from 'vocalstack-token';
       import { startSandbox } from 'vocalstack-token/sandbox';
       ${USE_LIBRARY}`,
    ],
  ])('can be used in a %s file, and lets the process exit', async (extension, script) => {
    const path = join(project, `use-library.${extension}`);
    writeFileSync(path, script);
    const out = 'string true connect 200 true true key_refused function\n';
    const result = await start(process.execPath, [path]).done;
    expect(result).toEqual({ code: 0, signal: null, out, err: '' });
  });

  it('loads no code of the command line, the sandbox or WebSockets', async () => {
    const program = `require('vocalstack-token');
      const { readFileSync } = require('node:fs');
      const loaded = Object.keys(require.cache).map((path) => readFileSync(path, 'utf8'));
      const holds = (text) => loaded.some((code) => code.includes(text));
      console.log(JSON.stringify({
        library: holds('createTokenHandler'),
        commander: holds('commander.unknownOption'),
        sandbox: holds('transcribe:nothing'),
        webSocket: holds('permessage-deflate'),
        chunks: ${CHUNKS},
      }));`;
    const { out } = await start(process.execPath, ['-e', program], { cwd: project }).done;
    const nothing = { commander: false, sandbox: false, webSocket: false };
    const chunks = ['base', 'core', 'error-codes', 'handler', 'log-entry'];
    chunks.push(
      'named-options',
      'refusal',
      'request-context',
      'rolldown-runtime',
      'safe-cause',
      'service',
    );
    expect(JSON.parse(out)).toEqual({ library: true, ...nothing, chunks });
  });
});

const TYPED_SANDBOX = `
  import { FAULTS, type RunningSandbox, startSandbox } from 'vocalstack-token/sandbox';
  export async function use(): Promise<number> {
    const sandbox: RunningSandbox = await startSandbox({ port: 0, apiKey: undefined, latencyMs: undefined, faults: [String(FAULTS[0]?.spec)] });
    const url: string = sandbox.url;
    await sandbox.close();
    return sandbox.stats().starts + url.length;
  }
  // @ts-expect-error: a port is a number
  export const wrong = () => startSandbox({ port: 'none' });
`;

const TYPED_LIBRARY = `
  import {
    type Access,
    createClient,
    createTokenHandler,
    type ErrorCode,
    isTokenError,
    type MintedToken,
    mintToken,
    testToken,
    type TokenClient,
    TokenError,
    toNodeListener,
  } from 'vocalstack-token';
  import { createServer } from 'node:http';
  export async function use(apiKey: string): Promise<Access> {
    const minted: MintedToken = await mintToken({ apiKey, lifetimeS: 5 });
    const result = await testToken({ token: minted.token, mode: 'read' });
    if (result.mode === 'read') result.transcriptions.toFixed();
    const spoken = await testToken({ token: minted.token, mode: 'transcribe', url: 'https://a.example/a.wav' });
    if (spoken.mode === 'transcribe') spoken.segments.map(({ start, text }) => text.repeat(start));
    return minted.access;
  }
  export function why(error: unknown): ErrorCode | undefined {
    const known: TokenError | undefined = isTokenError(error) ? error : undefined;
    return known?.code;
  }
  const handle: (request: Request) => Promise<Response> = createTokenHandler({
    apiKey: 'a-key',
    authenticate: async (request) => request.headers.has('cookie'),
    allowOrigins: ['https://app.example.com'],
  });
  createTokenHandler({ mint: (wanted) => mintToken({ apiKey: 'a-key', ...wanted }), authenticate: () => true });
  createServer(toNodeListener(handle));
  export async function keep(apiKey: string, apiServer: URL, signal: AbortSignal | undefined): Promise<void> {
    const client: TokenClient = createClient({ apiKey, apiServer, maxRetries: 0, log: (line) => line.trim() });
    const { token } = await client.mintToken({ lifetimeS: undefined, signal });
    await client.testToken({ token, mode: 'transcribe', url: apiServer });
    await client[Symbol.asyncDispose]();
  }
  export function isAboutKey(error: unknown): boolean {
    if (!(error instanceof TokenError)) return false;
    const { code, hint }: { code: ErrorCode; hint?: string } = error.toJSON();
    return code === 'key_refused' && hint !== error.hint;
  }
  // @ts-expect-error: the library has no command lines
  export const code: ErrorCode = 'unknown_command';
  // @ts-expect-error: the key would be ignored
  createTokenHandler({ apiKey: 'a-key', mint: (wanted) => mintToken({ apiKey: 'a-key', ...wanted }), authenticate: () => true });
  // @ts-expect-error: nothing is transcribed
  testToken({ token: 'a', mode: 'read', url: 'https://a.example/a.wav' });
  // @ts-expect-error: a client has its key
  export const wrongKey = (client: TokenClient) => client.mintToken({ apiKey: 'another' });
  // @ts-expect-error: somebody has to be asked
  createTokenHandler({ apiKey: 'a-key' });
  // @ts-expect-error: a user is no yes
  createTokenHandler({ apiKey: 'a-key', authenticate: () => ({ id: 1 }) });
  // @ts-expect-error: there is no such access
  mintToken({ apiKey: 'a-key', access: 'admin' });
  // @ts-expect-error: no key is found anywhere else
  mintToken({});
  // @ts-expect-error: a transcription needs audio
  testToken({ token: 'a', mode: 'transcribe' });
`;

const TYPED_PAGE = `
  import { createTokenSource, type EndpointCode, type EndpointError, type EndpointToken, type Token, TokenSourceError } from 'vocalstack-token/browser';
  const tokens = createTokenSource('/token', { access: 'readwrite', headers: { 'x-csrf-token': 'a' }, fetch });
  export async function use(): Promise<string> {
    try {
      const { token, expiresAt }: Token = await tokens.get({ signal: AbortSignal.timeout(1000) });
      return token + expiresAt.toISOString();
    } catch (error) {
      if (!(error instanceof TokenSourceError)) throw error;
      const busy: EndpointCode = 'busy';
      if (error.kind === 'refused' && error.code === busy) return String(error.retryAfterS);
      return document.title;
    }
  }
  export const read = (body: EndpointToken | EndpointError) => 'error' in body ? body.error.code : body.token;
  // @ts-expect-error: there is no such access
  createTokenSource('/token', { access: 'admin' });
  // @ts-expect-error: there is no such code
  export const code: EndpointCode = 'no_such_code';
`;

/**
 * Type-checks the scripts in the user's project, in strict mode. One run checks all scripts, because loading the types of Node.js
 * takes most of the time.
 */
async function checkTypes(
  scripts: Readonly<Record<string, string>>,
  environment: readonly string[] = ['--types', 'node'],
) {
  const files = Object.entries(scripts).flatMap(([name, script]) =>
    ['mts', 'cts'].map((extension) => {
      const path = join(project, `${name}.${extension}`);
      writeFileSync(path, script);
      return path;
    }),
  );
  const options = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'nodenext',
    '--target',
    'es2022',
  ];
  // Checks all declaration files except TypeScript's own.
  const types = ['--skipDefaultLibCheck', ...environment];
  const roots = ['--typeRoots', join(ROOT, 'node_modules/@types')];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = [tsc, ...options, ...types, ...roots, ...files];
  const { code, out } = await start(process.execPath, args, { env: NO_COMPILE_CACHE }).done;
  return { code, out };
}

describe("S60 the types in a user's project", () => {
  it('are valid without skipLibCheck, for both entries, in mts and in cts files', async () => {
    const scripts = { 'use-sandbox-types': TYPED_SANDBOX, 'use-library-types': TYPED_LIBRARY };
    expect(await checkTypes(scripts)).toEqual({ code: 0, out: '' });
  });

  it('are valid in a page, with the types of browsers and without those of Node.js', async () => {
    const scripts = { 'use-page-types': TYPED_PAGE };
    const page = ['--lib', 'es2022,dom'];
    expect(await checkTypes(scripts, page)).toEqual({ code: 0, out: '' });
  });
});

describe("S60 vocalstack-token/browser in a user's project", () => {
  const file = () => join(project, 'node_modules/vocalstack-token/dist/browser/index.mjs');

  it('is one file of at most 5 kB that imports nothing', () => {
    const code = readFileSync(file(), 'utf8');
    expect(code.length).toBeLessThanOrEqual(5000);
    expect(code).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b|\bglobalThis\b/);
    expect(code).not.toMatch(/localStorage|sessionStorage|indexedDB|cookie|console/);
  });

  it.each([
    ['mjs', `import * as page from 'vocalstack-token/browser';`],
    ['cjs', `const page = require('vocalstack-token/browser');`],
  ])('can be used in a %s file', async (extension, load) => {
    const path = join(project, `use-page.${extension}`);
    writeFileSync(path, `${load}\nconsole.log(Object.keys(page).sort().join(' '));`);
    const { code, out } = await start(process.execPath, [path]).done;
    expect({ code, out }).toEqual({ code: 0, out: 'TokenSourceError createTokenSource\n' });
  });
});

interface LockedPackage {
  readonly version: string;
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
const LOCKED = lock.packages as Readonly<Record<string, LockedPackage>>;

/** Returns the packages that the source imports. The build bundles them. */
function importedPackages(): readonly string[] {
  const found = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [
      ...readFileSync(join(ROOT, 'src', path), 'utf8').matchAll(
        /(?:from |import\()'((?:@[\w-]+\/)?[a-z][\w-]*)['/]/g,
      ),
    ])
    .map(([, name = '']) => name);
  return [...new Set(found)].filter((name) => `node_modules/${name}` in LOCKED).sort();
}

function withDependencies(names: readonly string[]): readonly string[] {
  const all = new Set(names.map((name) => `node_modules/${name}`));
  for (const path of all) {
    for (const name of Object.keys(LOCKED[path]?.dependencies ?? {})) {
      const nested = `${path}/node_modules/${name}`;
      all.add(nested in LOCKED ? nested : `node_modules/${name}`);
    }
  }
  return [...all];
}

describe('S60 the dependencies', () => {
  it('are all bundled', () => {
    expect(manifest).not.toHaveProperty('dependencies');
    const known = ['chalk', 'commander', 'conf', 'music-metadata', 'wrap-ansi', 'ws'];
    expect(importedPackages()).toEqual(expect.arrayContaining(known));
  });

  it('that an installation adds are only the keychain package and its native part, and both are optional', () => {
    const installed = Object.entries(LOCKED).filter(([path, { dev }]) => path !== '' && !dev);
    const names = installed.map(([path]) => path.replace(/^node_modules\//, ''));
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !/^@napi-rs\/keyring(-[\w-]+)?$/.test(name))).toEqual([]);
    expect(Object.keys(manifest.optionalDependencies)).toEqual(['@napi-rs/keyring']);
  });

  it('support every version of Node.js that the package supports', () => {
    const paths = withDependencies(importedPackages());
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths) {
      const { engines = {} } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
      const theirs = engines.node ?? '*';
      const isSubset = subset(manifest.engines.node, theirs);
      expect({ path, theirs, isSubset }).toEqual({ path, theirs, isSubset: true });
    }
  });

  it("are locked without a registry's address", () => {
    const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    expect(text).not.toContain('"resolved"');
    expect(text).not.toMatch(/https?:\/\/[^"/]*(registry|npmjs|proxy|mirror)/);
    const unlocked = Object.entries(LOCKED).filter(
      ([path, one]) => path !== '' && !('integrity' in one),
    );
    expect(unlocked.map(([path]) => path)).toEqual([]);
  });

  it('require the same Node.js version as the program', () => {
    expect(manifest.engines.node).toBe('^20.19.0 || ^22.13.0 || >=23.5.0');
    expect(readFileSync(BINARY, 'utf8')).toContain(
      'Node.js 20.19 or a later 20.x, 22.13 or a later 22.x, or 23.5 or later',
    );
  });
});
