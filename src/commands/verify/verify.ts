import { MINT_ERRORS, NETWORK_ERRORS, USE_ERRORS } from '../../cli/common-errors';
import { type CommandContext, defineCommand, type Outcome } from '../../cli/define';
import { flag, repeated } from '../../cli/options';
import { REPORT_OPTION, requireDistinctPaths } from '../../cli/report-option';
import type { ErrorCode } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import { isLoopbackOrigin } from '../../core/origin';
import { PROMISE_IDS, type PromiseId, promiseOf } from '../../core/promises';
import { KEY_ERRORS } from '../../credentials/errors';
import { type OpenReport, openReports, writeReports } from '../../reports/files';
import { buildVerifyDocument, errorOf, type VerifyDocument } from './document';
import { listPromises, PROMISE_WORDS, type PromiseList, parseIds } from './list';
import { buildUnbegunReport, buildVerifyReport, VERIFY_REPORT } from './report';
import { runPromises } from './run';
import { renderList, renderVerdicts } from './text';

const ERRORS: readonly ErrorCode[] = [
  'not_in_github_actions',
  'promise_broken',
  'promise_mended',
  ...KEY_ERRORS,
  ...MINT_ERRORS,
  ...USE_ERRORS,
  ...NETWORK_ERRORS,
];

export const verify = defineCommand({
  name: 'verify',
  summary: "test the service's promises about auth tokens",
  description:
    'Tests each promise that the service makes about its auth tokens, with new tokens, and shows which promises are kept. The tests take about 12 s.',
  options: {
    only: repeated(
      '--only <ids>',
      'test only these promises, separated by commas',
      parseIds('--only'),
      {
        group: 'Promises',
        completes: PROMISE_WORDS,
      },
    ),
    expectBroken: repeated(
      '--expect-broken <ids>',
      'do not fail if these promises are broken, but fail if one of them is kept',
      parseIds('--expect-broken'),
      { group: 'Promises', completes: PROMISE_WORDS },
    ),
    list: flag('--list', 'list the promises, and test none', { group: 'Promises' }),
    billable: flag('--billable', 'also run tests that are billed: a few seconds of audio', {
      group: 'Promises',
    }),
    report: REPORT_OPTION,
  },
  examples: [
    { about: 'test a sandbox, without an account', line: 'vstoken verify --sandbox' },
    { about: 'test the service, with your key', line: 'vstoken verify' },
    { about: 'list the promises and how they are tested', line: 'vstoken verify --list' },
    {
      about: 'test every night, with a report for CI and a report for people',
      line: 'vstoken verify --quiet --report junit=verify.xml --report html=verify.html',
    },
  ],
  errors: ERRORS,
  json: {
    '--json':
      '{ok: boolean, api_server: string, sandbox: boolean, margin: {clock_ms: number, network_ms: number, clock_offset_ms: number | null}, promises: {id: string, title: string, source: string, expected: string, observed: string | null, result: "kept" | "broken" | "skipped", reason?: string, ms: number, evidence: {request: string, status: number | null}[], expect_broken?: boolean}[]}',
    '--list --json':
      '{promises: {id: string, title: string, source: string, expected: string, method: string, billed: boolean}[]}',
  },
  report: VERIFY_REPORT,
  targetOptions: ['profile', 'server', 'sandbox'],
  timeoutMs: 300_000,
  hasColors: true,

  check({ report, only, expectBroken, billable, list }, globals) {
    const untried = expectBroken.flat().find((id) => !choose(only).includes(id));
    if (untried) {
      throw new CliError(
        'conflicting_options',
        `--expect-broken contains ${untried}, but --only does not.`,
      );
    }
    requireDistinctPaths(report);
    const billed = only.flat().find((id) => promiseOf(id).billed);
    if (billed && !billable && !list) {
      throw new CliError(
        'conflicting_options',
        `Testing ${billed} is billed, so it requires --billable.`,
      );
    }
    return { json: globals.json };
  },

  async run(context, options): Promise<Outcome<VerifyDocument | PromiseList>> {
    const ids = choose(options.only);
    if (options.list) return { data: listPromises(ids) };
    const reports = await openReports(context, options.report, (error) =>
      buildUnbegunReport(context, error),
    );
    adviseOnTarget(context, options.billable && ids.some((id) => promiseOf(id).billed));
    return verifyPromises(context, ids, options, reports);
  },

  render(data, { list }, page) {
    return list || !('margin' in data)
      ? renderList(data as PromiseList, page)
      : renderVerdicts(data, page);
  },
});

/**
 * Returns the promises of the service that --only names, in the order of `PROMISE_IDS` and without duplicates. Returns all
 * promises without --only.
 */
function choose(only: readonly (readonly PromiseId[])[]): readonly PromiseId[] {
  const wanted = only.flat();
  return wanted.length > 0 ? PROMISE_IDS.filter((id) => wanted.includes(id)) : PROMISE_IDS;
}

function adviseOnTarget({ target, notes }: CommandContext, isBilled: boolean): void {
  if (target.sandbox) {
    notes.note('This run tests the embedded sandbox. To test the service, leave out --sandbox.');
  } else if (isBilled && !isLoopbackOrigin(target.apiServer)) {
    notes.note('This run is billed as a few seconds of audio.');
  }
}

interface VerifyOptions {
  readonly billable: boolean;
  readonly expectBroken: readonly (readonly PromiseId[])[];
}

async function verifyPromises(
  context: CommandContext,
  ids: readonly PromiseId[],
  { billable, ...options }: VerifyOptions,
  reports: readonly OpenReport[],
): Promise<Outcome<VerifyDocument>> {
  const { clock, io, progress } = context;
  const startedAt = clock.now();
  const begun = clock.monotonic();
  const run = await runPromises(context, ids, billable);
  const expectBroken = options.expectBroken.flat();
  const totalMs = clock.monotonic() - begun;
  const { outcomes } = run;
  const error = errorOf(outcomes, expectBroken);
  const document = buildVerifyDocument(context, run, { ok: error === undefined, expectBroken });
  const report = buildVerifyReport(context, document, {
    ...{ outcomes, startedAt, totalMs, error, expectBroken },
  });
  if (io.stdout.isTerminal) progress.dismiss();
  return { data: document, error: await writeReports(context, reports, report, error) };
}
