import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const CONSUMERS = join(ROOT, 'test/consumers');
const PAGE = join(ROOT, 'docs/frameworks.md');

const read = (...path: readonly string[]) => readFileSync(join(CONSUMERS, ...path), 'utf8');
const projects = readdirSync(CONSUMERS).filter(
  (name) => name !== 'shared' && statSync(join(CONSUMERS, name)).isDirectory(),
);
const manifestOf = (project: string) => JSON.parse(read(project, 'package.json'));
/** The projects that start a server, against which battery.mjs is run. */
const servers = projects.filter((name) => manifestOf(name).scripts.start);

interface Locked {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

describe('the code of docs/frameworks.md and docs/testing.md', () => {
  it.each(['frameworks.md', 'testing.md'])(
    '%s is the code of the projects that CI runs',
    (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'vstoken-recipes-'));
      const copy = join(folder, name);
      const page = readFileSync(join(ROOT, 'docs', name), 'utf8');
      writeFileSync(copy, page);
      execFileSync(process.execPath, [join(ROOT, 'assets/recipes.mjs'), copy]);
      // If this fails, run: npm run readme
      expect(readFileSync(copy, 'utf8')).toBe(page);
      rmSync(folder, { recursive: true });
    },
  );

  it('has a test for every test runner', () => {
    const page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
    const named = [...page.matchAll(/^<!-- ([\w-]+)\/\S+: begin -->\n```/gm)];
    expect(named.map(([, project]) => project).sort()).toEqual(['jest', 'node-test', 'vitest']);
  });

  it('exists for every framework', () => {
    const named = [...readFileSync(PAGE, 'utf8').matchAll(/^<!-- ([\w-]+)\/\S+: begin -->$/gm)];
    // Not in the page, since its server is the same as that of Express 5.
    const shown = [...named.map(([, name]) => name), 'express-4'];
    expect(shown.sort()).toEqual([...servers, 'shared'].sort());
    expect(read('express-4/server.mjs')).toBe(read('express-5/server.mjs'));
  });
});

describe('S60 the projects of test/consumers', () => {
  it.each(projects)("%s has exact versions, without a registry's address", (project) => {
    const text = read(project, 'package-lock.json');
    expect(text).not.toContain('"resolved"');
    expect(text).not.toMatch(/https?:\/\/[^"/]*(registry|npmjs|proxy|mirror)/);
    const { packages }: Locked = JSON.parse(text);
    const unlocked = Object.entries(packages).filter(([path, one]) => path && !one.integrity);
    expect(unlocked.map(([path]) => path)).toEqual([]);
    const { dependencies = {}, ...rest } = manifestOf(project);
    expect(
      Object.values(dependencies).filter((text) => !/^(npm:\w+@)?\d+\.\d+\.\d+$/.test(`${text}`)),
    ).toEqual([]);
    expect(rest).toMatchObject({ private: true });
    // The package is installed from the tarball under test.
    expect(Object.keys(dependencies)).not.toContain('vocalstack-token');
  });

  it('each have a server or a test', () => {
    const idle = projects.filter((name) => {
      const { start, test } = manifestOf(name).scripts;
      return !start && !test;
    });
    expect(idle).toEqual([]);
    const wanted = [
      'express-4',
      'express-5',
      'fastify',
      'hono',
      'koa',
      'nest',
      'next',
      'node-http',
    ];
    expect(servers).toEqual(expect.arrayContaining(wanted));
  });

  it('are asked for every status of the endpoint', () => {
    const code = read('battery.mjs') + read('serve/test.mjs');
    const asked = [...code.matchAll(/status, (\d{3})\b/g)].map(([, status]) => Number(status));
    const wanted = [200, 204, 400, 401, 403, 405, 413, 415, 421, 429, 502, 503];
    expect([...new Set(asked)].sort()).toEqual(wanted);
  });
});
