import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index';
import { cleanEnvironment } from '../src/core/clean-environment';
import { ERROR_CODES } from '../src/core/error-codes';

const root = join(import.meta.dirname, '..');

interface Source {
  /** Path of the file, relative to `src`. */
  readonly path: string;
  readonly text: string;
  readonly code: string;
  /**
   * The modules of `src` that the file imports, also those that it imports dynamically or only for their types. Each is a path
   * below `src`, without extension.
   */
  readonly imports: readonly string[];
  /** The npm packages and the Node.js modules that the file imports. */
  readonly packages: readonly string[];
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

const IMPORT = /(?:import|export)\s[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g;

function readSource(path: string): Source {
  const text = readFileSync(join(root, 'src', path), 'utf8');
  const code = withoutComments(text);
  const found = [...code.matchAll(IMPORT)].map(([, from, dynamic]) => from ?? dynamic ?? '');
  const isLocal = (from: string) => from.startsWith('.');
  return {
    path,
    text,
    code,
    imports: found
      .filter((from) => isLocal(from) && !from.endsWith('.json'))
      .map((from) => normalize(join(dirname(path), from))),
    packages: found.filter((from) => !isLocal(from)),
  };
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readSource(path.replaceAll('\\', '/')));

const withoutEnd = (path: string) => path.replace(/\.ts$/, '');
/** Returns the first folder of a path, or the name of a file that is directly in `src`. */
const folderOf = (path: string) => withoutEnd(path).split('/')[0] ?? '';
const isBelow = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

/** Returns each import for which `isWrong` is true, as `from -> to`. */
function findImports(isWrong: (source: Source, target: string) => boolean): readonly string[] {
  return sources.flatMap((source) =>
    source.imports
      .filter((target) => isWrong(source, target))
      .map((target) => `${withoutEnd(source.path)} -> ${target}`),
  );
}

/** The modules of `cli/` that the definition of a command may import. The other modules of `cli/` parse and run command lines. */
const DEFINITION = [
  'cli/define',
  'cli/options',
  'cli/globals',
  'cli/actions',
  'cli/common-errors',
  'cli/client-option',
  'cli/name-option',
  'cli/report-option',
  'cli/server-options',
  'cli/token-options',
];

/** For each folder: the folders and modules that it may import from, besides itself. The lowest layer comes first. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  context: ['core'],
  terminal: ['context', 'core'],
  store: ['context', 'core'],
  endpoint: ['context', 'core'],
  network: ['context', 'core'],
  // `api` implements the protocol of the service. It sends requests with `network`.
  api: ['network', 'context', 'core'],
  // `sdk` has the same interface as the client in `api`. It uses the functions of `api` that check the server's answers.
  sdk: ['api', 'network', 'context', 'core'],
  // `sandbox` is a server. From the client in `api`, it imports only the names and constants of the protocol, such as paths.
  sandbox: ['api/protocol', 'context', 'core'],
  reports: ['terminal', 'context', 'core'],
  credentials: ['api', 'sdk', 'network', 'store', 'terminal', 'context', 'core'],
  // `library` does not import `commands`. It imports from `system` everything that depends on the process.
  library: [
    'system/client.node',
    'system/connect.node',
    'api',
    'network',
    'endpoint',
    'context',
    'core',
  ],
  commands: [
    ...DEFINITION,
    ...['credentials', 'reports'],
    ...['api', 'network', 'store', 'endpoint', 'sandbox', 'terminal', 'context', 'core'],
  ],
  // From `commands`, `cli` imports only `commands/index`, the list of commands. The module of a command is loaded when the
  // command is needed.
  cli: ['commands/index', 'credentials', 'reports', 'network', 'terminal', 'context', 'core'],
  system: [
    ...['api', 'network', 'sdk', 'store', 'endpoint', 'sandbox', 'terminal', 'context', 'core'],
  ],
  // The entry points of the program and the library. The entry point of the sandbox is in `SANDBOX_ENTRY`.
  entry: ['cli/main', 'system/context.node'],
  index: ['library', 'endpoint/listener', 'core'],
  // The entry point for browsers. It imports only types from other folders.
  browser: ['endpoint/refusal', 'core'],
  // The entry points for edge runtimes, where the Node.js modules are missing.
  edge: ['endpoint/log-entry', 'sandbox/faults', 'core'],
};

/**
 * The entry point of `vocalstack-token/sandbox`. It may import two modules of `system`: the default clock, and the code that
 * stops a sandbox after the tests that started it.
 */
const SANDBOX_ENTRY = 'sandbox/index.ts';
const OF_SANDBOX_ENTRY = ['system/clock', 'system/test-runner'];

/** Returns the files of a circular import, in order. The first file is repeated at the end. Null if no import is circular. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const isDone = new Set<string>();
  const visit = (path: string, way: readonly string[]): readonly string[] | null => {
    const at = way.indexOf(path);
    if (at >= 0) return [...way.slice(at), path];
    if (isDone.has(path)) return null;
    for (const target of imports.get(path) ?? []) {
      const circle = visit(target, [...way, path]);
      if (circle) return circle;
    }
    isDone.add(path);
    return null;
  };
  for (const path of imports.keys()) {
    const circle = visit(path, []);
    if (circle) return circle;
  }
  return null;
}

describe('S72 JSON from outside', () => {
  it('is parsed in one module, which first counts its values', () => {
    const parsing = sources.filter(({ code }) => /\bJSON\.parse\(/.test(code));
    // core/parse-json.ts counts the values of a JSON text before parsing it. browser/answer.ts does not count, because it parses
    // only short answers.
    const own = ['browser/answer.ts', 'core/parse-json.ts'];
    expect(parsing.map(({ path }) => path).sort()).toEqual(own);
  });
});

describe('the source code in src', () => {
  it('is read by this test', () => {
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(800);
    const known = new Set(sources.map(({ path }) => withoutEnd(path)));
    expect(findImports((_source, target) => !known.has(target))).toEqual([]);
  });

  it('has an import rule for every folder', () => {
    const folders = new Set(sources.map(({ path }) => folderOf(path)));
    expect([...folders].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it.each(Object.entries(MAY_IMPORT))(
    'lets %s import only from lower layers',
    (folder, allowed) => {
      const wrong = findImports(
        ({ path }, target) =>
          folderOf(path) === folder &&
          folderOf(target) !== folder &&
          !(path === SANDBOX_ENTRY && OF_SANDBOX_ENTRY.includes(target)) &&
          !allowed.some((place) => isBelow(target, place)),
      );
      expect(wrong).toEqual([]);
    },
  );

  it('has no circular imports, including types', () => {
    const imports = new Map(sources.map((source) => [withoutEnd(source.path), source.imports]));
    expect(findCircle(imports)).toBe(null);
  });

  it('lets only the list of commands import from the folder of a command, and only its definition', () => {
    const commandOf = (path: string) => /^commands\/([\w-]+)\//.exec(path)?.[1];
    const wrong = findImports(({ path }, target) => {
      const name = commandOf(target);
      if (name === undefined || name === commandOf(path)) return false;
      return path !== 'commands/index.ts' || target !== `commands/${name}/${name}`;
    });
    expect(wrong).toEqual([]);
  });

  it('has a folder for each command, with the definition in a file of the same name', () => {
    const names = sources
      .map(({ path }) => /^commands\/([\w-]+)\/\1\.ts$/.exec(path)?.[1])
      .filter((name) => name !== undefined);
    expect(names.sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  it('keeps core and context free of Node.js and of packages', () => {
    // These packages are allowed, because they only read bytes that the caller gives them.
    const pure = ['music-metadata', 'strtok3'];
    const wrong = sources
      .filter(({ path }) => ['core', 'context'].includes(folderOf(path)))
      .flatMap(({ path, packages }) => packages.map((name) => ({ path, name })))
      .filter(({ name }) => !pure.includes(name));
    expect(wrong).toEqual([]);
  });

  it('has only types in context', () => {
    const wrong = sources
      .filter(({ path }) => folderOf(path) === 'context')
      .filter(({ code }) => /^(import (?!type)|export (?!type|interface))/m.test(code))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('allows only system to import the adapters', () => {
    const adapters = [
      'network/http',
      'network/socket',
      'network/probes',
      'sdk/process',
      'terminal/io',
      'terminal/prompter',
      'sandbox/server',
      'endpoint/server',
      'store/open-vault',
      'store/open-ledger',
      'store/vault',
      'store/ledger',
      'store/keychain',
      'store/memory',
    ];
    const composers = [SANDBOX_ENTRY, 'store/open-vault.ts', 'store/open-ledger.ts'];
    const wrong = findImports(
      ({ path }, target) =>
        folderOf(path) !== 'system' && !composers.includes(path) && adapters.includes(target),
    );
    expect(wrong).toEqual([]);
  });

  it('lets the browser entry import only types from other folders', () => {
    const wrong = sources
      .filter(({ path }) => folderOf(path) === 'browser')
      .filter(({ code }) => /^(import (?!type)|export (?!type))[^;]*from '(?!\.\/)/m.test(code))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('uses the process, the clock and the console only in system and terminal', () => {
    // setImmediate is allowed, because it does not measure time.
    const effect =
      /\bprocess\.|\bconsole\.|\bDate\.now\b|\bMath\.random\b|\bset(Timeout|Interval)\b|\bfetch\(|from 'chalk'|import\('chalk'\)|\bnew Date\(\)/;
    // This file is allowed, because it only contains the code of a web page as text.
    const texts = ['commands/serve/snippet.ts'];
    const wrong = sources
      // Code in `browser` runs in a web page, so it must call the functions of the browser directly.
      .filter(({ path }) => !['system', 'terminal', 'browser'].includes(folderOf(path)))
      .filter(({ path, code }) => effect.test(code) && !texts.includes(path))
      .map(({ path, code }) => `${path}: ${effect.exec(code)?.[0]}`);
    expect(wrong).toEqual([]);
  });

  it('reads environment variables only after they were cleaned', () => {
    const readers = sources.filter(({ code }) => /\b(process|node)\.env\b/.test(code));
    const own = ['client.node', 'clipboard', 'connect.node', 'context.node', 'warnings'];
    expect(readers.map(({ path }) => path).sort()).toEqual(own.map((name) => `system/${name}.ts`));
    const names = sources.flatMap(({ code }) =>
      [...code.matchAll(/\benv\['(\w+)'\]/g)].map(([, name]) => name ?? ''),
    );
    const { ...cleaned } = cleanEnvironment(Object.fromEntries(names.map((name) => [name, ' x '])));
    // Node.js reads the NODE_ variables itself, so vstoken does not trim their values. REQUEST_METHOD is not trimmed, because
    // vstoken only checks whether it is set.
    const raw = [
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'NODE_OPTIONS',
      'NODE_USE_ENV_PROXY',
      'REQUEST_METHOD',
      // The clipboard programs read these variables themselves, so vstoken does not trim their values.
      'WSL_DISTRO_NAME',
      'WAYLAND_DISPLAY',
      'DISPLAY',
      'STY',
      'TMUX',
    ];
    expect(names.filter((name) => cleaned[name] !== 'x' && !raw.includes(name))).toEqual([]);
    expect(names).toContain('SSL_CERT_FILE');
  });

  it('leaves exiting the process to bin/', () => {
    expect(
      sources
        .filter(({ code }) => /\.exitCode\s*=[^=]|process\.exit\b/.test(code))
        .map(({ path }) => path),
    ).toEqual([]);
    const bin = readFileSync(join(root, 'bin/vstoken.js'), 'utf8');
    expect(bin.match(/^.*process\.exit\(.*$/gm)).toEqual([
      expect.stringContaining('if (wasStopped) setTimeout('),
      expect.stringContaining("else if (process.platform !== 'win32') process.exit();"),
    ]);
  });

  it('uses getBuiltinModule, which the import rules cannot see, in three modules only', () => {
    const users = sources.filter(({ code }) => code.includes('getBuiltinModule'));
    expect(users.map(({ path }) => path).sort()).toEqual([
      'system/load-http.ts',
      'system/timers.ts',
      'terminal/is-terminal.ts',
    ]);
  });

  it('has no file over 200 lines, and half of the files have less than 80', () => {
    const lengths = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 200)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(80);
  });

  it('names paths, headers and members of the protocol only in api and in servers', () => {
    const wire =
      /\/security\/generate-token|\/async\/|x-api-version|x-expected-api|'authorization'/i;
    expect(
      sources
        .filter(({ path }) => !['api', 'sandbox', 'endpoint'].includes(folderOf(path)))
        .filter(({ code }) => wire.test(code))
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('has named exports, and no classes except errors', () => {
    const wrong = sources
      .filter(({ code }) => /export default|\bclass (?!\w+ extends Error\b)/.test(code))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('throws only error codes that a command lists in its help', async () => {
    const { COMMON_ERRORS } = await import('../src/cli/common-errors');
    const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
    const listed = new Set([
      ...COMMON_ERRORS,
      'unknown_command',
      ...commands.flatMap((c) => c.errors),
    ]);
    expect(ERROR_CODES.filter((code) => !listed.has(code))).toEqual([]);
  });

  it('has tests for every command, without module mocks, which are skipped only with `needs`', () => {
    const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
    for (const { name } of COMMANDS) {
      const places = [`commands/${name}.test.ts`, `commands/${name}/${name}.test.ts`];
      expect(tests.filter((path) => places.includes(path))).toHaveLength(1);
    }
    const mocking = tests
      .filter((path) => path.endsWith('.test.ts'))
      .filter((path) =>
        /\bvi\.mock\(|\.(skip|only|todo|skipIf|runIf)\(/.test(
          readFileSync(join(root, 'test', path), 'utf8'),
        ),
      )
      .filter((path) => path !== relative(join(root, 'test'), import.meta.filename));
    expect(mocking).toEqual([]);
  });
});
