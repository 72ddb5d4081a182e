import type { Page } from '../../cli/define';
import { PROMISE_IDS, type PromiseId, promiseOf } from '../../core/promises';
import type { PromiseRecord, VerifyDocument } from './document';
import type { PromiseList } from './list';

const LEAD = 11;
const LIST_LEAD = 2;

/** Formats the list of promises: what the service promises, and how that is tested. */
export function renderList({ promises }: PromiseList, { wrap, style }: Page): string {
  const below = (text: string) => `${' '.repeat(LIST_LEAD)}${wrap(text, LIST_LEAD)}`;
  return promises
    .map(({ id, title, source, expected, method, billed }) =>
      [
        `${style.bold(id)}${billed ? ' (billed)' : ''}`,
        below(`${title}.`),
        style.dim(below(`Promised: "${source}"`)),
        style.dim(below(`Test: vstoken ${method}. Expected: ${expected}.`)),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** Formats each promise of the service and what its test observed. Adds the evidence to a broken promise. */
export function renderVerdicts(document: VerifyDocument, page: Page): string {
  const lines: string[] = [];
  let group = '';
  for (const record of document.promises) {
    const own = groupOf(record.id);
    if (own !== group) lines.push(...(group === '' ? [] : ['']), page.style.bold(own));
    group = own;
    lines.push(...renderPromise(record, page, document.sandbox));
  }
  return `${[...lines, '', ...renderSummary(document, page)].join('\n')}\n`;
}

function groupOf(id: string): string {
  const known = PROMISE_IDS.find((each) => each === id);
  return known ? promiseOf(known).group : '';
}

function renderPromise(
  record: PromiseRecord,
  { style, wrap }: Page,
  isSandbox: boolean,
): readonly string[] {
  const { id, title, source, expected, observed, result, reason, evidence } = record;
  const isExpected = record.expect_broken === true;
  const marks = {
    kept: style.green('kept   '),
    broken: isExpected ? style.yellow('broken ') : style.bold(style.red('BROKEN ')),
    skipped: style.yellow('skipped'),
  };
  const happened = observed ?? reason ?? '';
  const below = (text: string) => `${' '.repeat(LEAD)}${wrap(text, LEAD)}`;
  const lines = [
    `  ${marks[result]}  ${wrap(title, LEAD)}`,
    style.dim(below(`${id}: ${happened}`)),
  ];
  if (isExpected && result === 'broken')
    return [...lines, below('This promise is broken, as expected.')];
  if (isExpected && result === 'kept') {
    return [
      ...lines,
      below(style.red('This promise was expected to be broken (--expect-broken).')),
    ];
  }
  if (result !== 'broken') return lines;
  const billed = promiseOf(id as PromiseId).billed ? ' --billable' : '';
  return [
    ...lines,
    below(`promised: "${source}"`),
    below(`expected: ${expected}`),
    ...evidence.map(({ request, status }) => below(`${request} -> ${status ?? 'no answer'}`)),
    below(`try again: vstoken verify --only ${id}${billed}${isSandbox ? ' --sandbox' : ''}`),
  ];
}

function renderSummary(document: VerifyDocument, { style, wrap }: Page): readonly string[] {
  const { promises, api_server, sandbox, margin } = document;
  const count = (result: PromiseRecord['result']) =>
    promises.filter((one) => one.result === result).length;
  const where = sandbox ? 'an embedded sandbox' : api_server;
  const numbers = `${count('kept')} kept, ${count('broken')} broken, ${count('skipped')} skipped`;
  const first = wrap(`${style.bold(`${numbers}.`)} Server: ${where}`, 0);
  if (!promises.some(({ id }) => id.includes('lifetime'))) return [first];
  const offset = margin.clock_offset_ms;
  return [
    first,
    wrap(
      `Tolerance for lifetimes: ${inSeconds(margin.clock_ms)} (service clock) and ${inSeconds(margin.network_ms)} (network)`,
      0,
    ),
    ...(offset === null || Math.abs(offset) <= margin.clock_ms
      ? []
      : [`The clock of the service is ${describeOffset(offset)} the clock of this machine.`]),
  ];
}

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function describeOffset(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  return `${seconds} s ${ms > 0 ? 'ahead of' : 'behind'}`;
}
