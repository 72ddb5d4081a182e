import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const CONSUMERS = join(ROOT, 'test/consumers');

const read = (...path: readonly string[]) => readFileSync(join(CONSUMERS, ...path), 'utf8');
const readPage = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');
const projects = readdirSync(CONSUMERS).filter(
  (name) => name !== 'shared' && statSync(join(CONSUMERS, name)).isDirectory(),
);
const manifestOf = (project: string) => JSON.parse(read(project, 'package.json'));
/** The projects that start a server. The script battery.mjs tests each of these servers. */
const servers = projects.filter((name) => manifestOf(name).scripts.start);

interface Locked {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

/** The pages of docs/ that show code of the projects. */
const PAGES = ['frameworks.md', 'front-end.md', 'library.md', 'page.md', 'testing.md'];

describe('the code of docs/', () => {
  it.each(PAGES)('in %s is the code of the projects that CI runs', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'vstoken-recipes-'));
    const copy = join(folder, name);
    const page = readPage(name);
    writeFileSync(copy, page);
    execFileSync(process.execPath, [join(ROOT, 'assets/recipes.mjs'), copy]);
    // If this fails, run: npm run readme
    expect(readFileSync(copy, 'utf8')).toBe(page);
    rmSync(folder, { recursive: true });
  });

  it('has a test for every test runner', () => {
    const page = readPage('testing.md');
    const named = [...page.matchAll(/^<!-- ([\w-]+)\/\S+: begin -->\n```/gm)];
    expect(named.map(([, project]) => project).sort()).toEqual(['jest', 'node-test', 'vitest']);
  });

  it('exists for every framework', () => {
    const text = readPage('frameworks.md') + readPage('library.md');
    const named = [...text.matchAll(/^<!-- ([\w-]+)\/\S+\.\w*[jt]s: begin -->$/gm)];
    // The pages do not show the server of Express 4, because it is the same as the server of Express 5.
    const shown = new Set([...named.map(([, name]) => name), 'express-4']);
    expect([...shown].sort()).toEqual([...servers, 'plain', 'shared'].sort());
    expect(read('express-4/server.mjs')).toBe(read('express-5/server.mjs'));
  });

  it.each(servers.filter((name) => !['bun', 'deno', 'express-4'].includes(name)))(
    'lists the packages that %s needs',
    (project) => {
      const [before = ''] = readPage('frameworks.md').split(`<!-- ${project}/`);
      const section = before.slice(before.lastIndexOf('\n## '));
      const commands = [...section.matchAll(/`npm install (?:--save-dev )?([^`]*)`/g)];
      const named = commands.flatMap(([, names = '']) => names.split(' '));
      const { dependencies = {} } = manifestOf(project);
      expect(named.sort()).toEqual(Object.keys(dependencies).sort());
    },
  );
});

describe('S60 the projects of test/consumers', () => {
  it.each(projects)('have exact versions and no address of a registry: %s', (project) => {
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
    // The package itself is not listed, because it is installed from the tarball under test.
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

  it('are tested with every status of the endpoint', () => {
    const code = read('battery.mjs') + read('plain/serve.mjs');
    const asked = [...code.matchAll(/status, (\d{3})\b/g)].map(([, status]) => Number(status));
    const wanted = [200, 204, 400, 401, 403, 405, 413, 415, 421, 429, 502, 503];
    expect([...new Set(asked)].sort()).toEqual(wanted);
  });
});
