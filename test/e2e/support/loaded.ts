import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import configs from '../../../rolldown.config';
import { BINARY, ROOT, type SpawnOptions, start } from './run-binary';

export interface Loaded {
  /** The paths of the built files that the run loaded. */
  readonly files: readonly string[];
  /** The names of the chunks that the run loaded, without the hash that the build adds. */
  readonly chunks: readonly string[];
  /** The modules of Node.js that the run loaded, such as `tls`. */
  readonly builtins: readonly string[];
}

/**
 * Runs the built program, and returns the code that it loads.
 * @throws Error if the run fails
 */
export async function loadedBy(
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-loaded-'));
  const list = join(folder, 'list.json');
  const preload = join(folder, 'preload.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => {
      const builtins = process.moduleLoadList;
      require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify([Object.keys(require.cache), builtins]));
    });`,
  );
  try {
    const line = ['--require', preload, BINARY, ...args];
    const { code, err } = await start(process.execPath, line, options).done;
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
    const [paths, modules]: readonly string[][] = JSON.parse(readFileSync(list, 'utf8'));
    const files = (paths ?? []).filter((path) => path.startsWith(join(ROOT, 'dist')));
    const chunks = files.flatMap((path) => /chunks\/([\w-]+)-[\w-]{8}\.js$/.exec(path)?.[1] ?? []);
    const builtins = (modules ?? []).flatMap((name) => /^NativeModule (.+)$/.exec(name)?.[1] ?? []);
    return { files, chunks, builtins };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Returns for each built file where its code comes from: folders of `src` and packages. Each folder of `src/commands` is listed
 * separately.
 */
export async function originsOfCode(): Promise<ReadonlyMap<string, readonly string[]>> {
  const [program = {}] = configs;
  const bundle = await rolldown(program);
  const { output } = await bundle.generate([program.output].flat()[0]);
  const chunks = output.filter((file) => file.type === 'chunk');
  return new Map(chunks.map(({ fileName, moduleIds }) => [fileName, moduleIds.flatMap(originOf)]));
}

function originOf(id: string): readonly string[] {
  const path = relative(ROOT, id).replaceAll('\\', '/');
  const [, name] =
    /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ??
    /^src\/(commands\/[^/]+|[^/]+)\//.exec(path) ??
    [];
  return name === undefined ? [] : [name];
}
