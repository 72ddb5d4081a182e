import { PROMISE_IDS, promiseOf } from '../core/promises';
import type { Style } from '../terminal/style';
import type { PromiseRecord, VerifyDocument } from './verify-document';
import type { PromiseList } from './verify-list';

const INDENT = ' '.repeat(11);
const ID_WIDTH = Math.max(...PROMISE_IDS.map((id) => id.length));

export function renderList({ promises }: PromiseList): string {
  return promises
    .map(
      ({ id, title, billed }) => `${id.padEnd(ID_WIDTH)}  ${title}${billed ? ' (billed)' : ''}\n`,
    )
    .join('');
}

/** What was promised and what happened, and the evidence where that is not the same. */
export function renderVerdicts(document: VerifyDocument, style: Style): string {
  const lines: string[] = [];
  let group = '';
  for (const record of document.promises) {
    const own = groupOf(record.id);
    if (own !== group) lines.push(...(group === '' ? [] : ['']), style.bold(own));
    group = own;
    lines.push(...renderPromise(record, style));
  }
  return `${[...lines, '', ...renderSummary(document, style)].join('\n')}\n`;
}

function groupOf(id: string): string {
  const known = PROMISE_IDS.find((each) => each === id);
  return known ? promiseOf(known).group : '';
}

function renderPromise(record: PromiseRecord, style: Style): readonly string[] {
  const { id, title, source, expected, observed, result, reason, evidence } = record;
  const marks = {
    kept: style.green('kept   '),
    broken: style.bold(style.red('BROKEN ')),
    skipped: style.yellow('skipped'),
  };
  const happened = observed ?? reason ?? '';
  const lines = [`  ${marks[result]}  ${title}`, `${INDENT}${style.dim(`${id}: ${happened}`)}`];
  if (result !== 'broken') return lines;
  return [
    ...lines,
    `${INDENT}promised: "${source}"`,
    `${INDENT}expected: ${expected}`,
    ...evidence.map(({ request, status }) => `${INDENT}  ${request} -> ${status ?? 'no answer'}`),
  ];
}

function renderSummary(document: VerifyDocument, style: Style): readonly string[] {
  const { promises, api_server, sandbox, margin } = document;
  const count = (result: PromiseRecord['result']) =>
    promises.filter((one) => one.result === result).length;
  const where = sandbox ? 'an embedded sandbox' : api_server;
  const numbers = `${count('kept')} kept, ${count('broken')} broken, ${count('skipped')} skipped`;
  const first = `${style.bold(`${numbers}.`)} Server: ${where}`;
  if (!promises.some(({ id }) => id.includes('lifetime'))) return [first];
  const offset = margin.clock_offset_ms;
  return [
    first,
    `Margin of lifetimes: ${inSeconds(margin.clock_ms)} for the service's clock, ${inSeconds(margin.network_ms)} for the network.`,
    ...(offset === null || Math.abs(offset) <= margin.clock_ms
      ? []
      : [`The service's clock is ${describeOffset(offset)} this machine's.`]),
  ];
}

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function describeOffset(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  return `${seconds} s ${ms > 0 ? 'ahead of' : 'behind'}`;
}
