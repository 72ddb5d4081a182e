import { escapeMarkup } from './html-escape';
import type { Report, ReportCase } from './report';

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeMarkup(String(value))}"`,
  );
  const start = `<${name}${written.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

/**
 * Returns an element with lines of text. Every line must begin with a word, such as `error:`. Reason: some CI systems print the
 * report, and read a line that starts with `::` as a command.
 */
function textElement(name: string, attributes: Attributes, lines: readonly string[]): string {
  return element(name, attributes, lines.length === 0 ? [] : [lines.map(escapeMarkup).join('\n')]);
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}

/**
 * Removes the fraction of a second and the time zone. Reason: some programs check reports with Ant's JUnit schema, which allows
 * only the date and the time.
 */
function timestamp(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/, '$1');
}

/**
 * Returns the class name of the cases: the command, a dot, and the mode, server and profile of the run. Jenkins shows the text
 * before the last dot as the package. Without a dot, Jenkins shows `(root)`.
 */
function className({ command, variant }: Report): string {
  const parts = variant.map((part) => part.replace(/^https?:\/\//, '').replaceAll('.', '_'));
  const own = parts.join(', ');
  return `${command.replaceAll(' ', '.')}${own && `.${own}`}`;
}

/**
 * Returns the name of the suite. It contains the mode, server and profile of the run, because programs that read JUnit files
 * merge suites with the same name.
 */
function suiteName({ title, variant }: Report): string {
  return variant.length === 0 ? title : `${title} (${variant.join(', ')})`;
}

function failure(report: Report, one: ReportCase): string {
  const code = one.error?.code ?? report.error?.code ?? 'failed';
  const message = one.error?.message ?? one.detail ?? report.error?.message ?? 'It failed.';
  const ended = report.error?.code === code ? report.error : null;
  return textElement('failure', { type: code, message }, [
    `error: ${message}`,
    ...(ended?.hint ? [`hint: ${ended.hint}`] : []),
    `code: ${code}${ended ? ` (exit ${ended.exit})` : ''}`,
  ]);
}

function testCase(report: Report, one: ReportCase): string {
  const detail = one.detail === null ? [] : [`detail: ${one.detail}`];
  const seen = [...detail, ...(one.lines ?? []).map((line) => `seen: ${line}`)];
  const output = seen.length === 0 ? [] : [textElement('system-out', {}, seen)];
  const children = {
    passed: () => output,
    failed: () => [failure(report, one), ...output],
    skipped: () => [element('skipped', { message: one.detail ?? 'never reached' })],
  };
  return element(
    'testcase',
    { classname: className(report), name: one.name, time: seconds(one.ms) },
    children[one.outcome](),
  );
}

/** Returns an extra case for a run that failed although no case failed. Without this case, the file would look like a success. */
function runErrorCase(report: Report): readonly string[] {
  if (report.ok || report.cases.some(({ outcome }) => outcome === 'failed')) return [];
  const { code, message, hint } = report.error ?? {
    code: 'failed',
    message: 'It failed.',
    hint: null,
  };
  return [
    element('testcase', { classname: className(report), name: 'run', time: seconds(0) }, [
      textElement('error', { type: code, message }, [
        `error: ${message}`,
        ...(hint ? [`hint: ${hint}`] : []),
        `code: ${code}`,
      ]),
    ]),
  ];
}

function transcriptLines({ transcript }: Report): readonly string[] {
  if (!transcript) return [];
  return [
    `transcript: ${transcript.text}`,
    ...transcript.segments.map(
      ({ start, end, text }) => `${start.toFixed(2)} s to ${end.toFixed(2)} s: ${text}`,
    ),
  ];
}

/**
 * Renders a report as JUnit XML for Jenkins, GitLab and GitHub Actions: one suite, with a case for each step. Times are in
 * seconds. The transcript is in the element `system-out`. The XML is well-formed for any text.
 */
export function renderJunit(report: Report): string {
  const count = (outcome: ReportCase['outcome']) =>
    report.cases.filter((one) => one.outcome === outcome).length;
  const runCase = runErrorCase(report);
  const totals = {
    name: suiteName(report),
    tests: report.cases.length + runCase.length,
    failures: count('failed'),
    errors: runCase.length,
    skipped: count('skipped'),
    time: seconds(report.totalMs),
  };
  const properties = report.facts.map(([name, value]) => element('property', { name, value }));
  const spoken = transcriptLines(report);
  const children = [
    ...(properties.length === 0 ? [] : [element('properties', {}, lined(properties))]),
    ...report.cases.map((one) => testCase(report, one)),
    ...runCase,
    ...(spoken.length === 0 ? [] : [textElement('system-out', {}, spoken)]),
  ];
  const suite = element(
    'testsuite',
    { ...totals, timestamp: timestamp(report.startedAt) },
    lined(children),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', totals, lined([suite]))}\n`;
}

function lined(elements: readonly string[]): string[] {
  return ['\n', ...elements.map((one) => `${one}\n`)];
}
