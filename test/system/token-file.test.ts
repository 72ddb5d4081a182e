import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { secret } from '../../src/core/secret';
import { createTokenFile, type TokenFile } from '../../src/system/token-file';

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

function create(): TokenFile & { readonly folder: string } {
  const file = createTokenFile(secret('first'));
  const folder = dirname(file.path);
  made.push(folder);
  return { ...file, folder };
}

const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

it('S77 a file for a token is replaced by a new file with the same name and mode', () => {
  const { path, folder, replace } = create();
  const before = lstatSync(path).ino;
  replace(secret('second'));
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(lstatSync(path).ino).not.toBe(before);
  expect([modeOf(path), modeOf(folder)]).toEqual(['600', '700']);
  expect(readdirSync(folder)).toEqual(['token']);
});

it('S77 a file for a token is replaced after an attempt that was cut short', () => {
  const { path, folder, replace } = create();
  writeFileSync(join(folder, 'token.new'), 'sec', { mode: 0o666 });
  replace(secret('second'));
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['second', '600']);
  expect(readdirSync(folder)).toEqual(['token']);
});

it('S77 a file for a token keeps its content if it cannot be replaced', () => {
  const { path, replace } = create();
  rmSync(path);
  mkdirSync(path);
  expect(() => replace(secret('second'))).toThrow(
    expect.objectContaining({ code: 'output_unwritable' }),
  );
  expect(lstatSync(path).isDirectory()).toBe(true);
});

it('S77 a file for a token is created again if its temporary folder was removed', () => {
  const { path, folder, replace, remove } = create();
  rmSync(folder, { recursive: true });
  replace(secret('second'));
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect([modeOf(path), modeOf(folder)]).toEqual(['600', '700']);
  remove();
  expect(lstatSync(folder, { throwIfNoEntry: false })).toBeUndefined();
});

it.each(['folder', 'link'])(
  'S77 a file for a token is not written into a %s that has taken its name',
  (kind) => {
    const { folder, replace, remove } = create();
    const other = mkdtempSync(join(tmpdir(), 'vstoken-other-'));
    made.push(other);
    renameSync(folder, `${folder}.gone`);
    made.push(`${folder}.gone`);
    if (kind === 'link') symlinkSync(other, folder);
    else mkdirSync(folder, { mode: 0o755 });
    expect(() => replace(secret('second'))).toThrow(
      expect.objectContaining({ code: 'output_unwritable' }),
    );
    remove();
    expect([readdirSync(folder), readdirSync(other)]).toEqual([[], []]);
  },
);
