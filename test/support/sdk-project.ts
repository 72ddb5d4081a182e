import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEachFile } from './cleanup';

/** The faults of the fake SDK. See fake-sdk/index.js. */
export interface SdkBehaviour {
  /** Whether the SDK prints the API key and the token that it receives, in many encodings. */
  readonly noisy?: boolean;
  readonly loads?: 'throw' | 'exit' | 'hang' | 'newer' | 'mark' | 'nothing' | 'getter';
  /** The IP address that every DNS lookup of the SDK returns. */
  readonly looksUp?: string;
  /** Makes the SDK start a program that keeps running when the SDK has ended. */
  readonly starts?: 'program';
  /** The fault of the SDK after it has received a key or a token. */
  readonly later?: 'throw' | 'reject' | 'exit' | 'spin';
  readonly hangs?: 'rest' | 'answered' | 'data';
  /** What the SDK does when the server refuses a request. */
  readonly refusal?: 'throw' | 'empty' | 'hang';
  readonly connects?: 'empty';
  /** The kind of message that the SDK returns in a session, instead of the messages of the server. */
  readonly tells?: 'deep' | 'large' | 'cyclic';
  /**
   * How the SDK reports that a connection was closed. `told`: it calls onClose before the connection ends. `channel`: it
   * publishes to a diagnostics channel of Node.js.
   */
  readonly closes?: 'told' | 'channel';
  /** The result that the SDK returns for every request, instead of the server's answer. */
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

export function emptyProject(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vstoken-project-')));
  folders.push(folder);
  return folder;
}

/** Creates a project in which the fake SDK is installed. */
export function sdkProject(
  behaviour: SdkBehaviour = {},
  kind: keyof typeof MANIFESTS = 'commonjs',
  version = '1.1.0',
): { readonly folder: string; readonly path: string } {
  const folder = emptyProject();
  const modules = join(folder, 'node_modules');
  const path = join(modules, '@vocalstack/js-sdk');
  mkdirSync(path, { recursive: true });
  cpSync(join(import.meta.dirname, 'fake-sdk'), path, { recursive: true });
  // The package ws is copied, because a linked folder may belong to another user than the one who runs the test. vstoken would
  // refuse to load it.
  const ws = join(import.meta.dirname, '../../node_modules/ws');
  cpSync(ws, join(modules, 'ws'), { recursive: true });
  const manifest = { name: '@vocalstack/js-sdk', version, ...MANIFESTS[kind] };
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(path, 'behaviour.json'), JSON.stringify(behaviour));
  return { folder, path };
}
