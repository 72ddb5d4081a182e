import { version } from '../../../package.json';
import type { CommandContext } from '../../cli/define';
import type { CliError } from '../../core/errors';
import { promiseOf } from '../../core/promises';
import { reportError } from '../../reports/error';
import type { Report, ReportCase } from '../../reports/report';
import { startReport } from '../../reports/start';
import { variantOf } from '../../reports/variant';
import type { VerifyDocument } from './document';
import type { Outcome } from './run';

export const VERIFY_REPORT = { title: 'Promises about auth tokens', noun: 'promise' } as const;

/** Builds the report of a run that could not start. */
export function buildUnbegunReport(
  { clock, nodeVersion, target }: CommandContext,
  error: CliError,
): Report {
  const { apiServer: server, sandbox, profile } = target;
  const about = {
    ...VERIFY_REPORT,
    command: 'vstoken verify',
    variant: variantOf({ server, sandbox, profile }),
    facts: [
      ['Server', sandbox ? `${server} (embedded sandbox)` : server],
      ['vstoken', version],
      ['Node.js', nodeVersion],
    ] as const,
  };
  return startReport(about, clock.now(), error);
}

/** Builds the report of a run from its JSON document. */
export function buildVerifyReport(
  { nodeVersion, target }: CommandContext,
  document: VerifyDocument,
  more: {
    readonly outcomes: readonly Outcome[];
    readonly startedAt: number;
    readonly totalMs: number;
    readonly error: CliError | undefined;
    readonly expectBroken: readonly string[];
  },
): Report {
  const { outcomes, startedAt, totalMs, error, expectBroken } = more;
  const { api_server, sandbox, margin } = document;
  return {
    ...VERIFY_REPORT,
    command: 'vstoken verify',
    variant: variantOf({ server: api_server, sandbox, profile: target.profile }),
    ok: document.ok,
    startedAt: new Date(startedAt).toISOString(),
    totalMs: Math.round(totalMs),
    facts: [
      ['Server', sandbox ? `${api_server} (embedded sandbox)` : api_server],
      ...(target.profile === null ? [] : [['Profile', target.profile] as const]),
      [
        'Tolerance for lifetimes',
        `${margin.clock_ms} ms for the clock of the service, ${margin.network_ms} ms for the network`,
      ],
      ['vstoken', version],
      ['Node.js', nodeVersion],
    ],
    cases: outcomes.map((outcome) => caseOf(outcome, expectBroken.includes(outcome.id))),
    transcript: null,
    error: reportError(error),
  };
}

/** @param isExpected whether --expect-broken contains this promise of the service */
function caseOf(
  { id, result, observed, reason, evidence, fromMs, ms }: Outcome,
  isExpected: boolean,
): ReportCase {
  const { title, source, expected } = promiseOf(id);
  const requests = evidence.map(({ request, status }) => `${request} -> ${status ?? 'no answer'}`);
  const facts = { name: id, fromMs, ms };
  if (result === 'skipped') return { ...facts, outcome: 'skipped', detail: `${title}: ${reason}` };
  const detail = `${title}: ${observed}`;
  const lines = [`promised: ${source}`, `expected: ${expected}`, ...requests];
  if (isExpected && result === 'broken') {
    return { ...facts, outcome: 'skipped', detail: `broken, as expected. ${detail}` };
  }
  if (isExpected) {
    const error = {
      code: 'promise_mended',
      message: `${detail}. The promise was expected to be broken.`,
    };
    return { ...facts, outcome: 'failed', detail: null, error, lines };
  }
  if (result === 'kept') return { ...facts, outcome: 'passed', detail, lines };
  const error = { code: 'promise_broken', message: detail };
  return { ...facts, outcome: 'failed', detail: null, error, lines };
}
