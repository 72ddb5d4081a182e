import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { renderAnnotations, renderSummary } from '../../src/reports/github';
import type { Report, ReportCase } from '../../src/reports/report';
import { escapeText } from '../../src/terminal/text';
import { needs } from '../support/needs';
import { anyText, fc } from '../support/properties';
import { workflowCommands } from '../support/workflow-commands';

const MIB = 1024 * 1024;

const failed = (name: string, code: string, message: string, lines?: string[]): ReportCase => ({
  ...{ name, outcome: 'failed', ms: 7, detail: null, error: { code, message } },
  ...(lines && { lines }),
});

const FAILED: Report = {
  title: 'Test transcription',
  command: 'vstoken test',
  variant: ['connect', 'https://api.vocalstack.com', 'profile ci'],
  noun: 'step',
  ok: false,
  startedAt: '2026-11-24T10:00:00.123Z',
  totalMs: 1234,
  facts: [['Mode', 'connect']],
  cases: [
    { name: 'key', outcome: 'passed', ms: 1, detail: 'VOCALSTACK_API_KEY' },
    failed('mint', 'key_refused', '100% refused: 401,\nsays the service.'),
    { name: 'connect', outcome: 'skipped', ms: 0, detail: null },
  ],
  transcript: null,
  error: { code: 'key_refused', message: 'mint: refused.', hint: 'Check the key.', exit: 4 },
};
const PASSED: Report = { ...FAILED, ok: true, cases: FAILED.cases.slice(0, 1), error: null };

const promises = (count: number): Report => ({
  ...FAILED,
  command: 'vstoken verify',
  variant: ['connect', 'https://api.vocalstack.com', 'profile ci'],
  cases: Array.from({ length: count }, (_, index) =>
    failed(`promise-${index + 1}`, 'promise_broken', 'It was broken.'),
  ),
  error: { code: 'promise_broken', message: 'Many are broken.', hint: null, exit: 9 },
});

describe('annotations', () => {
  it('name the failed step, the reason and the fix', () => {
    expect(renderAnnotations(FAILED)).toBe(
      '::error title=vstoken test%3A mint failed::100%25 refused: 401,\\u000asays the service.%0Ahint: Check the key.%0Acode: key_refused (exit 4)\n',
    );
    expect(workflowCommands(renderAnnotations(FAILED))).toEqual([
      {
        name: 'error',
        properties: { title: 'vstoken test: mint failed' },
        data: '100% refused: 401,\\u000asays the service.\nhint: Check the key.\ncode: key_refused (exit 4)',
      },
    ]);
  });

  it('are empty if nothing failed', () => {
    expect(renderAnnotations(PASSED)).toBe('');
  });

  it('begin with the error if it belongs to no step', () => {
    const stopped = { code: 'interrupted', message: 'Stopped.', hint: null, exit: 130 };
    const titles = (report: Report) =>
      workflowCommands(renderAnnotations(report)).map(({ properties }) => properties['title']);
    expect(titles({ ...promises(1), error: stopped })).toEqual([
      'vstoken verify failed',
      'vstoken verify: promise-1 failed',
    ]);
    expect(titles({ ...PASSED, ok: false, error: stopped })).toEqual(['vstoken test failed']);
    expect(titles({ ...PASSED, ok: false })).toEqual(['vstoken test failed']);
  });

  it('are at most ten, and the last one names the others', () => {
    expect(workflowCommands(renderAnnotations(promises(10)))).toHaveLength(10);
    const many = workflowCommands(renderAnnotations(promises(12)));
    expect(many).toHaveLength(10);
    expect(many[8]?.properties['title']).toContain('promise-9 ');
    expect(many[9]).toMatchObject({
      properties: { title: 'vstoken verify: 3 more failed' },
      data: 'promise-10, promise-11, promise-12. See the summary of this run.',
    });
  });
});

/** Texts that have a special meaning in Markdown, in HTML, on GitHub or for a runner. */
const HOSTILE = [
  ...['::error::x', '##[error]x', '\n::error::x', '\r::error::x', '\u2028::error::x', '%0A'],
  ...[',file=/x', ',', ':', '=', ', title=x'],
  ...[
    '](https://x.invalid)',
    '![x](https://x.invalid/x.png)',
    '[x]: https://x.invalid',
    '`',
    '```',
  ],
  ...['https://x.invalid', 'www.x.invalid', 'a@x.invalid', '@someone', '#1', ':tada:', '$x$'],
  ...['<img src=x>', '<!--', '-->', '<script>', '</code>', '</pre>', '</table>', '&lt;', '&'],
  ...['\n\n# x', '|', '| - |', '***', '~~~', '\\', '"', "'", '  ', '\u202e', '\ud83c'],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), anyText({ maxLength: 4 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const problem = fc.record({ code: text, message: text });
const reports: fc.Arbitrary<Report> = fc.record({
  title: text,
  command: text,
  variant: fc.array(text, { maxLength: 3 }),
  noun: fc.constant('step'),
  ok: fc.boolean(),
  startedAt: fc.constant('2026-11-24T10:00:00.123Z'),
  totalMs: fc.nat(),
  facts: fc.array(fc.tuple(text, text), { maxLength: 3 }),
  cases: fc.array(
    fc.record(
      {
        name: text,
        outcome: fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const),
        ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
        detail: fc.option(text),
        lines: fc.array(text, { maxLength: 3 }),
        error: problem,
      },
      { requiredKeys: ['name', 'outcome', 'ms', 'detail'] },
    ),
    { maxLength: 14 },
  ),
  transcript: fc.option(fc.record({ text, segments: fc.constant([]) })),
  error: fc.option(fc.record({ code: text, message: text, hint: fc.option(text), exit: fc.nat() })),
});

describe('S30 annotations with any texts', () => {
  it('are one command in each line, with the texts as data', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const output = renderAnnotations(report);
        const lines = output.split('\n').slice(0, -1);
        const commands = workflowCommands(output);
        expect(commands).toHaveLength(lines.length);
        expect(lines.length).toBeLessThanOrEqual(10);
        for (const { name, properties } of commands) {
          expect(name).toBe('error');
          expect(Object.keys(properties)).toEqual(['title']);
          expect(properties['title']).toContain(escapeText(report.command).trim());
        }
        const first = report.cases.find(({ outcome }) => outcome === 'failed');
        if (first?.error && lines.length < 10) {
          const shown = commands.map(({ data }) => data.split('\n')[0]);
          expect(shown).toContain(escapeText(first.error.message));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a summary for GitHub', () => {
  it('contains the result, the failures and the transcript', () => {
    const cases = [failed('mint', 'key_refused', 'It <b>said</b> no.', ['GET /x -> 401', ''])];
    expect(
      renderSummary({ ...FAILED, cases, transcript: { text: 'a & b', segments: [] } }, MIB),
    ).toBe(`
<h3>vstoken test: \u274c failed</h3>
<p>0 passed, 1 failed, 0 skipped (1.23 s)</p>
<p><b><code>vstoken test: mint failed</code></b><br><code>It &lt;b&gt;said&lt;/b&gt; no.</code><br><code>hint: Check the key.</code><br><code>code: key_refused (exit 4)</code></p>
<table>
<tr><th>Result</th><th>step</th><th>Time</th><th>Details</th></tr>
<tr><td>\u274c failed</td><td><code>mint</code></td><td align="right">7&nbsp;ms</td><td><code>It &lt;b&gt;said&lt;/b&gt; no.</code></td></tr>
</table>
<p><code>Mode</code> <code>connect</code></p>
<details><summary>Transcript</summary><p><code>a &amp; b</code></p></details>
<details><summary>Evidence of <code>mint</code></summary><pre>GET /x -&gt; 401<br></pre></details>

`);
    expect(renderSummary(PASSED, MIB)).toContain('<h3>vstoken test: \u2705 passed</h3>\n');
  });

  it('shortens a long transcript', () => {
    const transcript = { text: 'a'.repeat(50_000), segments: [] };
    const shown = renderSummary({ ...PASSED, transcript }, MIB) ?? '';
    expect(shown).toContain('Transcript (the first 10000 characters)');
    expect(shown.match(/a+/g)?.some((run) => run.length === 10_000)).toBe(true);
    expect(Buffer.byteLength(shown)).toBeLessThan(20_000);
  });

  it('leaves out what does not fit, and says so, or is empty if not even the result fits', () => {
    const lines = Array.from({ length: 40_000 }, () => '\u00e9'.repeat(40));
    const report = { ...FAILED, cases: [failed('mint', 'key_refused', 'It said no.', lines)] };
    const shown = renderSummary(report, MIB) ?? '';
    expect(shown).toContain('It said no.');
    expect(shown).not.toContain('Evidence of');
    expect(shown).toContain('Parts of this report are missing');
    expect(renderSummary(FAILED, MIB)).not.toContain('are missing');
    expect(renderSummary(FAILED, 100)).toBeNull();
  });

  it('is never longer than the remaining space', () => {
    fc.assert(
      fc.property(reports, fc.nat(3000), (report, maxBytes) => {
        const shown = renderSummary(report, maxBytes);
        if (shown !== null) expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});

const TEXTS = /<(code|pre|h3|th)>((?:(?!<\/\1>).)*)<\/\1>/g;

describe('S30 a summary with any texts', () => {
  it('is one block, in which GitHub interprets no text', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const shown = renderSummary({ ...report, command: 'vstoken test' }, MIB) ?? '';
        expect(shown.startsWith('\n<h3>')).toBe(true);
        expect(shown.indexOf('\n\n')).toBe(shown.length - 2);
        for (const line of shown.trim().split('\n')) expect(line).toMatch(/^<\/?[a-z]/);
        for (const [, , inside = ''] of shown.matchAll(TEXTS)) {
          expect(inside.replaceAll('<br>', '')).not.toMatch(/[<>"']/);
        }
        expect(shown.replaceAll(TEXTS, '')).toMatch(
          /^(\s|<\/?(p|b|br|table|tr|td|details|summary)( align="right")?>|[\w .,()]|&nbsp;|[\u2705\u274c\u26aa:])*$/u,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is not changed by the Markdown of GitHub', needs('cmark-gfm'), () => {
    const extensions = ['table', 'autolink', 'strikethrough', 'tasklist', 'footnotes'];
    const options = ['--unsafe', ...extensions.flatMap((name) => ['-e', name])];
    const render = (input: string) => {
      const { stdout, error } = spawnSync('cmark-gfm', options, { input, encoding: 'utf8' });
      if (error) throw error;
      return stdout;
    };
    expect(render('*a* www.x.invalid\n')).toContain('<em>a</em> <a href=');
    fc.assert(
      fc.property(fc.array(reports, { minLength: 50, maxLength: 50 }), (many) => {
        const shown = many.map((one) => renderSummary(one, MIB) ?? '').join('');
        expect(render(`a\n${shown}*a*\n`)).toBe(
          `<p>a</p>\n${shown.trim().replaceAll('\n\n\n', '\n')}\n<p><em>a</em></p>\n`,
        );
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
