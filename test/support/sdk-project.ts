import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEachFile } from './cleanup';

/** How the stand-in for the SDK behaves: see fake-sdk/index.js. */
export interface Manners {
  /** It prints the secrets that it has, in every form. */
  readonly noisy?: boolean;
  readonly loads?: 'throw' | 'exit' | 'hang' | 'newer' | 'mark' | 'nothing' | 'getter';
  /** The address that it takes every name for. */
  readonly looksUp?: string;
  /** Whether it starts a program that outlives what it is for. */
  readonly starts?: 'program';
  /** What it does once it has a key or a token. */
  readonly later?: 'throw' | 'reject' | 'exit' | 'spin';
  readonly hangs?: 'rest' | 'answered' | 'data';
  /** What it makes of an answer that is no success. */
  readonly refusal?: 'throw' | 'empty' | 'hang';
  readonly connects?: 'empty';
  /** What it hands over as a message of a session, after that of the server. */
  readonly tells?: 'deep' | 'large' | 'cyclic';
  /** How the end of its connection is told of: by its own onClose while the connection lasts, or by Node's diagnostics channel. */
  readonly closes?: 'told' | 'channel';
  /** What it makes of every answer. */
  readonly answer?: unknown;
}

const MANIFESTS = {
  commonjs: { main: './index.js' },
  module: { exports: { '.': { import: './index.mjs' } } },
  require: { exports: { '.': { require: './index.js' } } },
} as const;

const folders: string[] = [];
afterEachFile(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** An empty project. */
export function emptyProject(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vstoken-project-')));
  folders.push(folder);
  return folder;
}

/** A project that has the stand-in for the SDK installed. */
export function sdkProject(
  manners: Manners = {},
  kind: keyof typeof MANIFESTS = 'commonjs',
  version = '1.1.0',
): { readonly folder: string; readonly path: string } {
  const folder = emptyProject();
  const modules = join(folder, 'node_modules');
  const path = join(modules, '@vocalstack/js-sdk');
  mkdirSync(path, { recursive: true });
  cpSync(join(import.meta.dirname, 'fake-sdk'), path, { recursive: true });
  // No link: whoever owns this folder may not be whoever runs the test.
  const ws = join(import.meta.dirname, '../../node_modules/ws');
  cpSync(ws, join(modules, 'ws'), { recursive: true });
  const manifest = { name: '@vocalstack/js-sdk', version, ...MANIFESTS[kind] };
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(path, 'manners.json'), JSON.stringify(manners));
  return { folder, path };
}
