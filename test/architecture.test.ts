import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index';
import { ERROR_CODES } from '../src/core/error-codes';

const root = join(import.meta.dirname, '..');

interface Source {
  readonly path: string;
  readonly text: string;
  readonly code: string;
  /** Paths below src of what it imports; the types-only imports apart. */
  readonly imports: readonly string[];
  readonly typeImports: readonly string[];
  readonly packages: readonly string[];
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function readSources(): Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(join(root, 'src', path), 'utf8');
      const code = withoutComments(text);
      const found = [
        ...code.matchAll(
          /(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g,
        ),
      ].map(([, type, from, dynamic]) => ({
        isType: type !== undefined,
        from: from ?? dynamic ?? '',
      }));
      const resolve = (from: string) => normalize(join(dirname(path), from));
      const local = found.filter(({ from }) => from.startsWith('.') && !from.endsWith('.json'));
      return {
        path,
        text,
        code,
        imports: local.filter((one) => !one.isType).map(({ from }) => resolve(from)),
        typeImports: local.filter((one) => one.isType).map(({ from }) => resolve(from)),
        packages: found.filter(({ from }) => !from.startsWith('.')).map(({ from }) => from),
      };
    });
}

const sources = readSources();
const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : path);
/** The files that compose the program or one of its entries out of the parts. */
const ROOTS = [
  'context.node.ts',
  'index.ts',
  'sandbox/index.ts',
  'probes.ts',
  'store/open-vault.ts',
  'store/open-ledger.ts',
  'library/service.ts',
  'library/token-handler.ts',
];

/** What a command writes for others than the terminal. */
const REPORTS = ['terminal/report', 'terminal/junit', 'terminal/html', 'terminal/github'];

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  api: ['core', 'context'],
  sandbox: ['core', 'context', 'api/protocol'],
  terminal: ['core', 'context'],
  store: ['core', 'context'],
  endpoint: ['core', 'context'],
  library: ['core', 'context', 'api', 'endpoint'],
  commands: [
    'core',
    'context',
    'probes',
    'api',
    'store/key-store',
    'store/fingerprint',
    'sandbox/faults',
    'endpoint/handler',
    'endpoint/bearer',
    'terminal/text',
    'terminal/style',
    ...REPORTS,
  ],
};

describe('the shape of the source', () => {
  it('is found at all', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(50);
  });

  it.each(Object.entries(MAY_IMPORT))('%s imports only what lies below it', (folder, allowed) => {
    const isAllowed = (target: string) =>
      folderOf(target) === folder ||
      allowed.some((name) => target === name || target.startsWith(`${name}/`));
    const wrong = sources
      .filter((source) => folderOf(source.path) === folder && !ROOTS.includes(source.path))
      .flatMap((source) =>
        [...source.imports, ...source.typeImports]
          .filter((target) => !isAllowed(target))
          .map((target) => `${source.path} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('keeps commands apart from each other', () => {
    const names = COMMANDS.map((command) => `commands/${command.name}`);
    const wrong = sources
      .filter((source) => names.includes(source.path.replace(/\.ts$/, '')))
      .flatMap((source) =>
        source.imports
          .filter((target) => names.includes(target))
          .map((target) => `${source.path} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('lets only the composition roots import what reaches outside', () => {
    const adapters = [
      'api/http',
      'api/sdk-process',
      'api/socket',
      'api/network-probes',
      'probes',
      'terminal/io',
      'terminal/prompter',
      'clock',
      'load-http',
      'files',
      'run-program',
      'sandbox/server',
      'endpoint/server',
      'store/open-vault',
      'store/open-ledger',
      'store/vault',
      'store/ledger',
      'store/keychain',
      'store/memory',
    ];
    const wrong = sources
      .filter((source) => !ROOTS.includes(source.path))
      .flatMap((source) =>
        source.imports
          .filter((target) => adapters.includes(target))
          .map((target) => `${source.path} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('reaches for the process, the clock and the console in the roots and the terminal alone', () => {
    const forbidden =
      /\bprocess\.|\bconsole\.|\bDate\.now\b|\bMath\.random\b|\bset(Timeout|Interval|Immediate)\b|\bfetch\(|from 'chalk'|import\('chalk'\)|\bnew Date\(\)/;
    const exempt = ['context.node.ts', 'clock.ts', 'load-http.ts', 'library/service.ts'];
    // It has the code of a page as text.
    exempt.push('commands/serve-snippet.ts');
    const wrong = sources
      .filter(({ path }) => !exempt.includes(path) && folderOf(path) !== 'terminal')
      .filter(({ code }) => forbidden.test(code))
      .map(({ path, code }) => `${path}: ${forbidden.exec(code)?.[0]}`);
    expect(wrong).toEqual([]);
  });

  it('leaves the exit of the process to the bin', () => {
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

  it('loads modules of Node.js by name in two places, which no rule for imports sees', () => {
    const users = sources.filter(({ code }) => code.includes('getBuiltinModule'));
    expect(users.map(({ path }) => path).sort()).toEqual([
      'load-http.ts',
      'terminal/is-terminal.ts',
    ]);
  });

  it('has no file over 200 lines', () => {
    const long = sources
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > 200);
    expect(long).toEqual([]);
  });

  it('names paths, headers and members of the protocol in api and in servers alone', () => {
    const wire =
      /\/security\/generate-token|\/async\/|x-api-version|x-expected-api|'authorization'/i;
    expect(
      sources
        .filter(({ path }) => !['api', 'sandbox', 'endpoint'].includes(folderOf(path)))
        .filter(({ code }) => wire.test(code))
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('has named exports, and no class but errors', () => {
    const wrong = sources
      .filter(({ code }) => /export default|\bclass (?!\w+ extends Error\b)/.test(code))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('throws no error code that no command lists in its help', async () => {
    const { COMMON_ERRORS } = await import('../src/commands/network-errors');
    const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
    const listed = new Set([
      ...COMMON_ERRORS,
      'unknown_command',
      ...commands.flatMap((c) => c.errors),
    ]);
    expect(ERROR_CODES.filter((code) => !listed.has(code))).toEqual([]);
  });

  it('has a test file for every command, without a module mock, and skips by what a test needs', () => {
    const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
    for (const { name } of COMMANDS) expect(tests).toContain(`commands/${name}.test.ts`);
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
