import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderJunit } from '../../src/reports/junit';
import type { Report } from '../../src/reports/report';
import { needs } from '../support/needs';
import { fc } from '../support/properties';

const FAILED: Report = {
  title: 'Test transcription',
  command: 'vstoken test',
  variant: ['connect', 'https://api.vocalstack.com', 'profile ci'],
  noun: 'step',
  ok: false,
  startedAt: '2026-11-24T10:00:00.123Z',
  totalMs: 1234,
  facts: [['Mode', 'transcribe']],
  cases: [
    { name: 'mint', outcome: 'passed', ms: 12, detail: null },
    { name: 'connect', outcome: 'passed', ms: 9, detail: 'after a retry' },
    {
      name: 'expect',
      outcome: 'failed',
      ms: 0,
      detail: null,
      error: { code: 'expectation_not_met', message: 'It does not say "a < b".' },
    },
    { name: 'read', outcome: 'skipped', ms: 0, detail: null },
  ],
  transcript: { text: 'a & b', segments: [{ start: 0, end: 1.5, text: 'a & b' }] },
  error: {
    code: 'expectation_not_met',
    message: 'expect: It does not say "a < b".',
    hint: 'Listen to it.',
    exit: 8,
  },
};

const XSD = join(import.meta.dirname, 'junit.xsd');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-junit-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs xmllint (Debian package libxml2-utils) in one process for all documents. */
function xmllint(documents: readonly string[], ...options: string[]) {
  const paths = documents.map((_, index) => join(folder, `${index}.xml`));
  paths.forEach((path, index) => {
    writeFileSync(path, documents[index] ?? '');
  });
  const { status, stdout, stderr, error } = spawnSync('xmllint', [...options, ...paths], {
    encoding: 'utf8',
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

function valueAt(xpath: string, document: string): string {
  return xmllint([document], '--xpath', `string(${xpath})`).stdout.replace(/\n$/, '');
}

const HOSTILE = [']]>', '<!--', '&', '&#0;', '"', "'", '<?', '\n::error::', '\u202e', '\ud83c'];
const text = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.integer({ min: 0, max: 0xff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(...HOSTILE),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const ms = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true }));
const problem = fc.record({ code: text, message: text });
const report: fc.Arbitrary<Report> = fc.record({
  title: text,
  command: text,
  variant: fc.array(text, { maxLength: 3 }),
  noun: fc.constant('step'),
  ok: fc.boolean(),
  startedAt: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString()),
  totalMs: ms,
  facts: fc.array(fc.tuple(text, text), { maxLength: 3 }),
  cases: fc.array(
    fc.record(
      {
        name: text,
        outcome: fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const),
        ms,
        detail: fc.option(text),
        error: problem,
      },
      { requiredKeys: ['name', 'outcome', 'ms', 'detail'] },
    ),
    { maxLength: 4 },
  ),
  transcript: fc.option(
    fc.record({
      text,
      segments: fc.array(fc.record({ start: ms, end: ms, text }), { maxLength: 3 }),
    }),
  ),
  error: fc.option(
    fc.record({ code: text, message: text, hint: fc.option(text), exit: fc.nat(255) }),
  ),
});

describe('a JUnit file', needs('xmllint'), () => {
  it('contains what CI systems read', () => {
    expect(renderJunit(FAILED)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Test transcription (connect, https://api.vocalstack.com, profile ci)" tests="4" failures="1" errors="0" skipped="1" time="1.234">
<testsuite name="Test transcription (connect, https://api.vocalstack.com, profile ci)" tests="4" failures="1" errors="0" skipped="1" time="1.234" timestamp="2026-11-24T10:00:00">
<properties>
<property name="Mode" value="transcribe"/>
</properties>
<testcase classname="vstoken.test.connect, api_vocalstack_com, profile ci" name="mint" time="0.012"/>
<testcase classname="vstoken.test.connect, api_vocalstack_com, profile ci" name="connect" time="0.009"><system-out>detail: after a retry</system-out></testcase>
<testcase classname="vstoken.test.connect, api_vocalstack_com, profile ci" name="expect" time="0.000"><failure type="expectation_not_met" message="It does not say &quot;a &lt; b&quot;.">error: It does not say &quot;a &lt; b&quot;.
hint: Listen to it.
code: expectation_not_met (exit 8)</failure></testcase>
<testcase classname="vstoken.test.connect, api_vocalstack_com, profile ci" name="read" time="0.000"><skipped message="never reached"/></testcase>
<system-out>transcript: a &amp; b
0.00 s to 1.50 s: a &amp; b</system-out>
</testsuite>
</testsuites>
`);
  });

  it('contains the texts unchanged, with invisible characters made visible', () => {
    const message = 'a\tb\nc]]>\u0000\u001b[31m\u202e\ufffe\uffff\ud800 "<&\'> \u{1f600}é';
    const shown =
      'a\\u0009b\\u000ac]]>\\u0000\\u001b[31m\\u202e\\ufffe\\uffff\\ud800 "<&\'> \u{1f600}é';
    const document = renderJunit({
      ...FAILED,
      facts: [['Note', message]],
      cases: [{ name: message, outcome: 'skipped', ms: 0, detail: message }],
      transcript: { text: message, segments: [] },
    });
    expect(valueAt('//property/@value', document)).toBe(shown);
    expect(valueAt('//testcase/@name', document)).toBe(shown);
    expect(valueAt('//skipped/@message', document)).toBe(shown);
    expect(valueAt('//testsuite/system-out', document)).toBe(`transcript: ${shown}`);
  });

  it('counts an error without a step, so that no reader shows the run as passed', () => {
    const document = renderJunit({ ...FAILED, cases: FAILED.cases.slice(0, 2) });
    expect(valueAt('//testsuite/@errors', document)).toBe('1');
    expect(valueAt('//testsuite/@tests', document)).toBe('3');
    expect(valueAt('//testcase/error/@type', document)).toBe('expectation_not_met');
    expect(valueAt('//testcase/error', document)).toContain('hint: Listen to it.');
    const bare = renderJunit({ ...FAILED, cases: [], error: null });
    expect(valueAt('count(//testcase/error)', bare)).toBe('1');
  });

  it('names the error of each failed case', () => {
    const cases = ['one', 'two'].map((name) => ({
      name,
      outcome: 'failed' as const,
      ms: 1,
      detail: null,
      error: { code: `broken_${name}`, message: `It broke ${name}.` },
    }));
    const document = renderJunit({ ...FAILED, cases });
    expect(valueAt('//testcase[2]/failure/@message', document)).toBe('It broke two.');
    expect(valueAt('//testcase[2]/failure', document)).not.toContain('Listen');
  });

  it('S29 is well-formed and follows the schema with any texts', () => {
    fc.assert(
      fc.property(fc.array(report, { minLength: 150, maxLength: 150 }), (reports) => {
        const { status, stderr } = xmllint(reports.map(renderJunit), '--noout', '--schema', XSD);
        if (status !== 0) throw new Error(stderr.slice(0, 2000));
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('S28 S30 contains no control characters and no line that a CI system reads as a command', () => {
    fc.assert(
      fc.property(report, (one) => {
        const document = renderJunit(one);
        expect(document).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/u,
        );
        expect(document).not.toMatch(/^\s*(::|##\[)/m);
      }),
      { numRuns: 500 },
    );
  });
});
