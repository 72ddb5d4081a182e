import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANUAL } from '../support/documents';
import { needs } from '../support/needs';
import { sizeOfPng } from './support/png';
import { ROOT, start } from './support/run-binary';

const FOLDER = join(ROOT, 'assets/pictures');
const RUNS = ['fail', 'mint', 'test', 'verify'];
const THEMES = ['dark', 'light'];
const NAMES = RUNS.flatMap((run) => THEMES.map((theme) => `${run}-${theme}.svg`));
/** Screenshots that browser.test.ts takes. */
const SHOTS = THEMES.map((theme) => `browser-${theme}.png`);
const MAX_BYTES = 30_000;
const MIN_CONTRAST = 4.5;

const read = (name: string, folder = FOLDER) => readFileSync(join(folder, name), 'utf8');

/** Returns a picture without its durations and times of day, which differ in each run. */
const timeless = (svg: string) =>
  svg
    .replace(/ *\b\d+ ms\b/g, ' N ms')
    .replace(/\b\d\.\d s\b/g, 'N s')
    .replace(/\b\d\d:\d\d:\d\d\b/g, 'hh:mm:ss');

/** Returns the relative luminance of a colour (`#rrggbb`), as WCAG defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Returns the fill colours of the SVG elements with the given names, such as `rect|path`. */
function fillsOf(svg: string, elements: string): readonly string[] {
  const found = svg.matchAll(new RegExp(`<(?:${elements})\\b[^>]* fill="(#[0-9a-f]{6})"`, 'g'));
  return [...new Set([...found].map(([, color = '']) => color))];
}

describe('the recordings in README and docs/', () => {
  let fresh: string;

  beforeAll(async () => {
    fresh = mkdtempSync(join(tmpdir(), 'vstoken-pictures-'));
    const recorder = join(FOLDER, 'record.mjs');
    const { code, err } = await start(process.execPath, [recorder, fresh]).done;
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
  afterAll(() => rmSync(fresh, { recursive: true }));

  it('are exactly those that the script records', () => {
    expect(readdirSync(fresh).sort()).toEqual(NAMES);
    expect(readdirSync(FOLDER).sort()).toEqual([...NAMES, ...SHOTS, 'record.mjs'].sort());
  });

  it.each(NAMES)('%s shows what the program prints now (if not: npm run pictures)', (name) => {
    expect(timeless(read(name))).toBe(timeless(read(name, fresh)));
  });

  it.each(NAMES)('%s is small, well-formed, and needs no other file', needs('xmllint'), (name) => {
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', join(FOLDER, name)], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(statSync(join(FOLDER, name)).size).toBeLessThan(MAX_BYTES);
    const svg = read(name);
    const elements = [...svg.matchAll(/<([^\s/>]+)/g)].map(([, element]) => element);
    expect([...new Set(elements)].sort()).toEqual(
      ['svg', 'title', 'desc', 'rect', 'path', 'text', 'g'].sort(),
    );
    const said = /xmlns="http:\/\/www\.w3\.org\/2000\/svg"|https:\/\/api\.example\.com(?=[<\n])/g;
    expect(svg.replace(said, '')).not.toMatch(
      /:\/\/|href|url\(|style=|\son\w+=|127\.0\.0\.1|localhost/i,
    );
  });

  it.each(NAMES)('%s has enough contrast', (name) => {
    const svg = read(name);
    expect(svg).toMatch(/<title id="[^"]+">[^<]+<\/title>\n<desc id="[^"]+">\$ vstoken [^<]+</);
    const grounds = fillsOf(svg, 'rect|path');
    const texts = fillsOf(svg, 'text');
    expect(grounds).toHaveLength(2);
    expect(texts.length).toBeGreaterThan(1);
    const tooWeak = texts.flatMap((text) =>
      grounds
        .filter((ground) => contrast(text, ground) < MIN_CONTRAST)
        .map((ground) => [text, ground]),
    );
    expect(tooWeak).toEqual([]);
  });

  it('contain no token except an example', () => {
    const words = NAMES.flatMap((name) => read(name).match(/[\w-]{32,}/g) ?? []);
    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((word) => !word.startsWith('EXAMPLE-'))).toEqual([]);
  });

  it("are each shown by a page, in the reader's colour theme", () => {
    const pictures = MANUAL.flatMap(({ path, text }) =>
      [...text.matchAll(/<picture>[\s\S]*?<\/picture>/g)].map(([picture]) => ({ path, picture })),
    );
    const dark = /<source\s+media="\(prefers-color-scheme: dark\)"\s+srcset="([^"]+)"/;
    const from = (path: string, target = '') => posix.join(posix.dirname(path), target);
    const shown = pictures.map(({ path, picture }) => ({
      dark: from(path, dark.exec(picture)?.[1]),
      light: from(path, /<img\b[^>]*\ssrc="([^"]+)"/.exec(picture)?.[1]),
      hasText: /<img\b[^>]*\salt="[^"]{10,}"/.test(picture),
    }));
    const wanted = [...RUNS.map((run) => [run, 'svg']), ['browser', 'png']];
    for (const [name, type] of wanted) {
      const path = `assets/pictures/${name}`;
      expect(shown).toContainEqual({
        dark: `${path}-dark.${type}`,
        light: `${path}-light.${type}`,
        hasText: true,
      });
    }
  });
});

describe('the screenshots of the example', () => {
  it.each(['light', 'dark'])('%s exists and is small (if not: npm run pictures)', (theme) => {
    const picture = readFileSync(join(FOLDER, `browser-${theme}.png`));
    expect(sizeOfPng(picture)).toEqual({ width: 760, height: 830 });
    expect(picture.length).toBeLessThan(40_000);
  });
});
