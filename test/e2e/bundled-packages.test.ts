// @module-tag program

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newInstallation } from './support/installation';
import { ROOT, start } from './support/run-binary';

const PROGRAM = 'project/node_modules/vocalstack-token';
/** Optional packages. Some bundled packages load them if they are installed. */
const OPTIONAL = ['bufferutil', 'utf-8-validate', 'supports-color'];

function testIn(root: string, env: Readonly<Record<string, string>> = {}) {
  return start(process.execPath, [join(root, 'bin/vstoken.js'), 'test', '--sandbox'], { env }).done;
}

describe('S62 the packages in the bundle', () => {
  it('load no package from a parent folder', async () => {
    const { put, program, log } = newInstallation();
    const notes = `require('node:fs').appendFileSync(${JSON.stringify(log)}, __filename + '\\n');`;
    for (const name of OPTIONAL) put(`node_modules/${name}`, {}, { 'index.js': notes });
    const root = program(PROGRAM);
    const { code } = await testIn(root);
    const loaded = existsSync(log) ? readFileSync(log, 'utf8') : '';
    expect({ code, loaded }).toEqual({ code: 0, loaded: '' });
  });

  it('import only modules of Node.js', () => {
    const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' });
    const code = files.filter((path) => path.endsWith('.js'));
    const asked = code.flatMap((path) => {
      const text = readFileSync(join(ROOT, 'dist', path), 'utf8');
      const names = text.matchAll(/(?:require|import|getBuiltinModule)\(["'`]([^"'`]+)["'`]\)/g);
      return [...names].map(([, name = '']) => name);
    });
    expect(asked).toContain('node:http');
    expect(asked.filter((name) => !name.startsWith('.') && !isBuiltin(name))).toEqual([]);
  });
});

it('S28 DEBUG does not make vstoken print unescaped data of an audio file', async () => {
  const { program } = newInstallation();
  const root = program(PROGRAM);
  const { code, err } = await testIn(root, { DEBUG: '*', DEBUG_COLORS: '0' });
  expect({ code, isTold: err.includes('music-metadata') }).toEqual({ code: 0, isTold: false });
});
