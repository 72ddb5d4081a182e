import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/reports/html';
import { formatMs } from '../../src/reports/html-chart';
import { escapeMarkup } from '../../src/reports/html-escape';
import type { Report } from '../../src/reports/report';
import { fc } from '../support/properties';

const PASSED: Report = {
  title: 'Test transcription',
  command: 'vstoken test',
  variant: ['connect', 'https://api.vocalstack.com', 'profile ci'],
  noun: 'step',
  ok: true,
  startedAt: '2026-11-24T10:00:00.123Z',
  totalMs: 2000,
  facts: [['Mode', 'transcribe']],
  cases: [
    { name: 'mint', outcome: 'passed', ms: 500, detail: 'readonly' },
    { name: 'transcribe', outcome: 'passed', ms: 1000, detail: null },
  ],
  transcript: { text: 'four score', segments: [{ start: 0, end: 1.5, text: 'four score' }] },
  error: null,
};

const FAILED: Report = {
  ...PASSED,
  ok: false,
  cases: [
    { name: 'mint', outcome: 'passed', ms: 500, detail: null },
    {
      name: 'connect',
      outcome: 'failed',
      ms: 1000,
      detail: null,
      error: { code: 'token_scope', message: 'It may only read.' },
    },
    { name: 'transcribe', outcome: 'skipped', ms: 0, detail: null },
  ],
  transcript: null,
  error: { code: 'token_scope', message: 'connect: It may only read.', hint: 'Mint it.', exit: 5 },
};

/** Returns the words of a page in order, without its head. */
function wordsOf(page: string): string {
  return page
    .replace(/^[\s\S]*<body>/, '')
    .replace(/<title>.*?<\/title>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

function titleOf(page: string): string | undefined {
  return /<title>(.*?)<\/title>/.exec(page)?.[1];
}

const HOSTILE = [
  '</script>',
  '<img src=x onerror=alert(1)>',
  '</title>',
  '</style>',
  '<!--',
  '-->',
];
const text = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.integer({ min: 0, max: 0xff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(...HOSTILE, '" onload="', "'", '&lt;', '\n::error::'),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Returns a report in which every text member has the given text. */
function filledWith(words: string): Report {
  const error = { code: words, message: words };
  return {
    title: words,
    command: words,
    variant: [words],
    noun: 'step',
    ok: false,
    startedAt: words,
    totalMs: 30,
    facts: [[words, words]],
    cases: [
      { name: words, outcome: 'passed', ms: 10, detail: words },
      { name: words, outcome: 'failed', ms: 10, detail: words, error },
    ],
    transcript: { text: words, segments: [{ start: 0, end: 1, text: words }] },
    error: { ...error, hint: words, exit: 8 },
  };
}

describe('a report page', () => {
  it('begins with the result', () => {
    const page = renderHtml(PASSED);
    expect(titleOf(page)).toBe('Passed: Test transcription (vstoken test)');
    expect(wordsOf(page)).toContain(
      'vstoken test Test transcription passed 2 steps passed in 2.00 s. Started 2026-11-24 at 10:00:00 UTC',
    );
    expect(page).toContain('<html lang="en">');
    expect(page).not.toContain('What went wrong');
  });

  it('names the step, the code, the message and the hint of a failure', () => {
    const page = renderHtml(FAILED);
    expect(titleOf(page)).toBe('Failed at connect: Test transcription (vstoken test)');
    expect(wordsOf(page)).toContain(
      'Step connect failed. The run took 2.00 s. 1 step was skipped.',
    );
    expect(wordsOf(page)).toContain(
      'What went wrong connect: It may only read. What to do Mint it. Error code token_scope , exit code 5',
    );
    expect(wordsOf(page)).toContain('connect token_scope Failed 1.00 s');
    expect(wordsOf(page)).toContain('transcribe Skipped not run');
  });

  it('lists all failures if there are several, and an error without a step', () => {
    const [, connect] = FAILED.cases;
    if (!connect) throw new Error('no case');
    const other = { ...connect, error: { code: 'forbidden', message: 'Not for this key.' } };
    const words = wordsOf(renderHtml({ ...FAILED, cases: [connect, other] }));
    expect(words).toContain('2 of 2 steps failed in 2.00 s.');
    expect(words).toContain('forbidden Not for this key.');
    const early = renderHtml({ ...FAILED, cases: [] });
    expect(titleOf(early)).toBe('Failed: Test transcription (vstoken test)');
    expect(wordsOf(early)).toContain('The run ended with an error after 2.00 s.');
    expect(early).not.toContain('<table');
  });

  it('draws the steps one after the other, and also describes them in words', () => {
    const page = renderHtml(PASSED);
    expect(page).toContain('aria-label="From 0 ms to 500 ms"');
    expect(page).toContain('<rect class="run" x="0.0" width="250.0" height="10"/>');
    expect(page).toContain('aria-label="From 500 ms to 1.50 s"');
    expect(page).toContain('<rect class="run" x="250.0" width="500.0" height="10"/>');
    expect(renderHtml(FAILED).match(/class="run"/g)).toHaveLength(2);
  });

  it('shows a step that took no time', () => {
    const cases = [...PASSED.cases, { name: 'expect', outcome: 'passed', ms: 0, detail: null }];
    const page = renderHtml({ ...PASSED, totalMs: 1500, cases } as Report);
    expect(page).toContain('<rect class="run" x="992.0" width="8.0" height="10"/>');
  });

  it('shows transcript, segment times and details', () => {
    const words = wordsOf(renderHtml(PASSED));
    expect(words).toContain('Transcript four score 1 segment, timed in seconds');
    expect(words).toContain('0.00–1.50 s four score');
    expect(words).toContain('Details Mode transcribe');
    const silent = renderHtml({ ...PASSED, transcript: { text: '', segments: [] } });
    expect(wordsOf(silent)).toContain('Nothing was recognised.');
  });

  it('loads no files and runs no scripts', () => {
    const page = renderHtml(FAILED);
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
    expect(page).not.toMatch(
      /<(script|link|img|iframe|object|base)\b|\burl\(|@import|\ssrc=|\shref=/,
    );
    expect(page).not.toMatch(/\p{Extended_Pictographic}/u);
  });

  it('has the same bytes for the same report', () => {
    expect(renderHtml(structuredClone(FAILED))).toBe(renderHtml(FAILED));
  });

  it('has the same markup for any texts', () => {
    const markup = (page: string) => page.replace(/"[^"]*"/g, '""').match(/<[^>]*>/g);
    fc.assert(
      fc.property(text, (words) => {
        expect(markup(renderHtml(filledWith(words)))).toEqual(markup(renderHtml(filledWith('x'))));
      }),
      { numRuns: 500 },
    );
  });

  it('S28 S30 shows each text in full, without control characters and without lines that are commands', () => {
    fc.assert(
      fc.property(text, (words) => {
        const page = renderHtml(filledWith(words));
        expect(page.split(escapeMarkup(words)).length - 1).toBeGreaterThanOrEqual(17);
        expect(page).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/u,
        );
        expect(page).not.toMatch(/^\s*(::|##\[)/m);
      }),
      { numRuns: 500 },
    );
  });
});

describe('text in markup', () => {
  it.each([
    ['<b a="1" c=\'2\'>&amp;', '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;'],
    ['a\nb\u202ec\u0000', 'a\\u000ab\\u202ec\\u0000'],
    ['\ud800 \udc00 \ufffe\uffff', '\\ud800 \\udc00 \\ufffe\\uffff'],
    ['\u{1f600} é مرحبا', '\u{1f600} é مرحبا'],
  ])('%j becomes %j', (given, wanted) => {
    expect(escapeMarkup(given)).toBe(wanted);
  });
});

describe('a duration in a report', () => {
  it.each([
    [0, '0 ms'],
    [-1, '0 ms'],
    [999.4, '999 ms'],
    [999.5, '1.00 s'],
    [3184, '3.18 s'],
    [59_994, '59.99 s'],
    [59_999, '1 min 0 s'],
    [60_000, '1 min 0 s'],
    [125_400, '2 min 5 s'],
    [119_999, '2 min 0 s'],
  ])('of %d ms is %s', (ms, wanted) => {
    expect(formatMs(ms)).toBe(wanted);
  });
});
