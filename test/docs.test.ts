import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index';
import { type Document, MANUAL, readDocument } from './support/documents';

const ROOT = join(import.meta.dirname, '..');
const MAX_README_LINES = 150;
/** Number of lines that fit on the screen of every terminal. */
const FIRST_SCREEN_LINES = 24;
const MAX_PAGE_LINES = 250;
/** Pages that may be longer, because nobody reads them from start to end. */
const LONG_PAGES = ['docs/reference.md'];

const OTHERS = ['CHANGELOG.md', 'CONTRIBUTING.md', '.github/SECURITY.md'].map(readDocument);
const ALL = [...MANUAL, ...OTHERS];
const [README] = MANUAL.filter(({ path }) => path === 'README.md');
const PAGES = MANUAL.filter((document) => document !== README);

const each = (documents: readonly Document[]) =>
  documents.map((document) => [document.path, document] as const);
const linesOf = ({ text }: Document) => text.trimEnd().split('\n');
const withoutBlocks = ({ text }: Document) => text.replace(/^```[\s\S]*?^```$/gm, '');

/** Returns the targets of a document's links, in Markdown and HTML. */
function linksIn(document: Document): readonly string[] {
  const text = withoutBlocks(document).replace(/`[^`]*`/g, '');
  const markdown = [...text.matchAll(/\]\(([^)\s]+)\)/g)];
  const html = [...text.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)];
  return [...markdown, ...html].map(([, to = '']) => to);
}

/** Returns the anchors that GitHub generates for a document's headings. */
function anchorsIn(document: Document): readonly string[] {
  const headings = [...withoutBlocks(document).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.map((heading, index) => {
    const before = headings.slice(0, index).filter((other) => other === heading).length;
    return before === 0 ? heading : `${heading}-${before}`;
  });
}

/** Returns the links whose file or heading does not exist in the repository. */
function brokenLinksIn(document: Document): readonly string[] {
  return linksIn(document).filter((link) => {
    if (/^(https:|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(link)) return !URL.canParse(link);
    const [file = '', anchor] = link.split('#');
    if (file === '') return !anchorsIn(document).includes(anchor ?? '');
    const path = posix.join(posix.dirname(document.path), file);
    if (path.startsWith('..') || !existsSync(join(ROOT, path))) return true;
    return anchor !== undefined && !anchorsIn(readDocument(path)).includes(anchor);
  });
}

describe('the documents', () => {
  it.each(each(ALL))('have no link without a target in %s', (_path, document) => {
    expect(brokenLinksIn(document)).toEqual([]);
  });

  it('have a test that finds links without a target', () => {
    const [wrong, right] = [
      ['no-such-page.md', '../README.md#no-such-heading', '../../README.md', '#nowhere', 'ftp://a'],
      ['keys.md', '../README.md#install', '#a-title', 'keys.md#which-store', 'https://example.com'],
    ];
    const text = `# A title\n${[...wrong, ...right].map((to) => `[text](${to})`).join('\n')}`;
    expect(brokenLinksIn({ path: 'docs/a.md', text })).toEqual(wrong);
  });

  it.each(each(ALL))(
    '%s contains no command that installs the package from a registry, and no registry',
    (_path, { text }) => {
      expect(text).not.toMatch(/npmjs|registry\.\w/);
      const installs = [...text.matchAll(/\bnpm (?:install|i)\b[^\n`|]*/g)].map(
        ([command]) => command,
      );
      expect(installs.filter((command) => / vocalstack-token\b/.test(command))).toEqual([]);
    },
  );
});

describe('README', () => {
  const { text = '' } = README ?? {};

  it(`has at most ${MAX_README_LINES} lines`, () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
  });

  it('has the two setup commands on its first screen', () => {
    const screen = text.split('\n').slice(0, FIRST_SCREEN_LINES);
    expect(screen).toEqual(
      expect.arrayContaining(['npm ci && npm run demo', 'npm ci && npm test']),
    );
  });

  it('links to every page', () => {
    const linked = new Set(README ? linksIn(README).map((link) => link.split('#')[0]) : []);
    expect(PAGES.map(({ path }) => path).filter((path) => !linked.has(path))).toEqual([]);
  });

  it('names every command', () => {
    const [, table = ''] = /^## Commands\n([\s\S]*?)^## /m.exec(text) ?? [];
    const named = [...table.matchAll(/`([^`]*)`/g)].flatMap(([, code = '']) => code.split(' '));
    expect(COMMANDS.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe('a page of docs/', () => {
  it.each(each(PAGES))('%s begins with its only title', (_path, page) => {
    expect(linesOf(page)[0]).toMatch(/^# \S/);
    expect(withoutBlocks(page).match(/^# /gm)).toHaveLength(1);
  });

  it.each(each(PAGES.filter(({ path }) => !LONG_PAGES.includes(path))))(
    `%s has at most ${MAX_PAGE_LINES} lines`,
    (_path, page) => {
      expect(linesOf(page).length).toBeLessThanOrEqual(MAX_PAGE_LINES);
    },
  );
});
