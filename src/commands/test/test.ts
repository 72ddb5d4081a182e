import type { TranscriptionUpdate } from '../../api/api';
import { type CommandContext, defineCommand, type Emit, type Outcome } from '../../cli/define';
import { type CliError, ReaderGone, toCliError } from '../../core/errors';
import type { ClientRecord } from '../../credentials/open-sdk';
import { type OpenReport, openReports, writeReports } from '../../reports/files';
import type { Report } from '../../reports/report';
import { createStepRecorder, type StepRecorder } from '../../reports/step-recorder';
import { budgetOf } from './budget';
import { buildTestDocument, type TestDocument } from './document';
import {
  createUpdateFollower,
  type PassingEvent,
  renderEvent,
  type TestEvent,
  withheldUpdate,
} from './events';
import {
  checkTestOptions,
  TEST_ERRORS,
  TEST_OPTIONS,
  TEST_REPORT,
  type TestOptionValues,
} from './options';
import { stepNames, type TestPlan } from './plan';
import { adviseOnCost, preparePlan } from './prepare';
import { runSteps } from './run';

type Output = TestDocument | TestEvent;

const STEP = 'name: string, ok: boolean, ms: number, error?: {code: string, message: string}';
const DOCUMENT = `ok: boolean, mode: "transcribe" | "connect" | "read", api_server: string, sandbox: boolean, token: {access: "readonly" | "readwrite" | null, lifetime_s: number | null, one_time: boolean | null}, client?: {name: "sdk", version: string | null, path: string}, steps: {${STEP}}[], transcription: {id: string, status: "done" | "processing", text: string, segments: number, summary: string | null, keywords: string[] | null} | null, audio: {url: string | null, file: string | null, language: string, max_duration_s: number} | null`;

export const test = defineCommand({
  name: 'test',
  summary: 'mint a token and check it with a test transcription',
  description:
    'Mints a token and uses it as a client does: opens a session, starts a transcription, follows it to the end, and prints the transcript.',
  operands: [
    {
      name: '[url]',
      summary:
        'the URL of the audio to transcribe (default: VOCALSTACK_TEST_URL, or a clip with a known text)',
    },
  ],
  options: TEST_OPTIONS,
  examples: [
    { about: 'the whole test, without an account', line: 'vstoken test --sandbox' },
    {
      about: 'transcribe your own audio, and check the text',
      line: 'vstoken test https://example.com/hello.mp3 --language en --expect "hello world"',
    },
    { about: 'a free test, for every commit', line: 'vstoken test --mode connect --json' },
    {
      about: 'test a token from another program',
      line: 'vstoken mint --access readwrite | vstoken test --token-stdin',
    },
    {
      about: 'write reports for CI and for a support ticket',
      line: 'vstoken test --report junit=test.xml --report html=test.html',
    },
  ],
  errors: TEST_ERRORS,
  json: {
    '--json': `{${DOCUMENT}}`,
    '--follow --json, one document per line': `{type: "step", ${STEP}} | {type: "progress", progress: number} | {type: "segment", start: number, end: number, text: string} | {type: "result", ${DOCUMENT}}`,
  },
  report: TEST_REPORT,
  targetOptions: ['profile', 'server', 'sandbox'],
  timeoutMs: 120_000,

  check(options, globals, [argument]) {
    checkTestOptions(options, globals, argument);
    return { json: globals.json };
  },

  async run(context, options, [argument], emit: Emit<Output>): Promise<Outcome<Output>> {
    const { clock } = context;
    const reports = await openReports(context, options.report, async (error) => {
      const result = { ...NOTHING, error, startedAt: clock.now() };
      return reportOf(context, documentOf(context, options, [], result), new Map(), result);
    });
    const tell = async (event: PassingEvent) => {
      if (options.follow) await emit(event);
    };
    const recorder = createStepRecorder(context, {
      onStep: (step) => tell({ type: 'step', ...step }),
      budget: budgetOf(options.budget),
    });
    const result = await runTest(context, options, argument, recorder, tell);
    return finishTest(context, options, recorder, result, reports);
  },

  render(output, { follow }, page) {
    if ('type' in output && output.type !== 'result') return renderEvent(output, page);
    const { transcription, ok, mode } = output;
    if (transcription?.text) return follow ? '' : `${page.wrap(transcription.text, 0)}\n`;
    if (!ok) return '';
    const what = mode === 'read' ? 'it can read data' : 'the session was opened, but not started';
    return `${page.wrap(`The token works: ${what}.`, 0)}\n`;
  },
});

interface TestResult {
  /** Null if the test failed before its plan was made. */
  readonly plan: TestPlan | null;
  readonly latest: TranscriptionUpdate | null;
  readonly client: ClientRecord | null;
  readonly error: CliError | undefined;
  readonly startedAt: number;
  readonly totalMs: number;
}

/** Members of the result if a test fails before its plan is made. */
const NOTHING = { plan: null, latest: null, client: null, totalMs: 0 };

async function runTest(
  context: CommandContext,
  options: TestOptionValues,
  argument: string | undefined,
  recorder: StepRecorder,
  tell: (event: PassingEvent) => Promise<void>,
): Promise<TestResult> {
  const { clock, progress } = context;
  const startedAt = clock.now();
  const begun = clock.monotonic();
  const eventsOf = createUpdateFollower();
  let plan: TestPlan | null = null;
  let latest: TranscriptionUpdate | null = null;
  let client: ClientRecord | null = null;
  let error: CliError | undefined;
  const onClient = (found: ClientRecord) => {
    client = found;
  };
  const onUpdate = async (update: TranscriptionUpdate) => {
    latest = update;
    if (!options.follow) return;
    for (const event of eventsOf(await withheldUpdate(context, update))) await tell(event);
  };
  try {
    plan = await preparePlan(context, options, argument);
    adviseOnCost(context, plan);
    progress.plan(stepNames(plan));
    await runSteps({ context, plan, recorder, onUpdate, onClient });
  } catch (thrown) {
    if (thrown instanceof ReaderGone) throw thrown;
    error = toCliError(thrown);
  }
  return { plan, latest, client, error, startedAt, totalMs: clock.monotonic() - begun };
}

/** @throws CliError if the command line is invalid (exit code 2). All other errors are returned in the outcome. */
async function finishTest(
  context: CommandContext,
  options: TestOptionValues,
  { steps, details }: StepRecorder,
  result: TestResult,
  reports: readonly OpenReport[],
): Promise<Outcome<Output>> {
  const { error } = result;
  const document = documentOf(context, options, steps, result);
  const data = options.follow ? { type: 'result' as const, ...document } : document;
  let end = error;
  if (reports.length > 0) {
    const report = await reportOf(context, document, details, result);
    end = await writeReports(context, reports, report, error);
  }
  if (error) {
    const { exitCodeOf } = await import('../../core/error-codes');
    if (exitCodeOf(error.code) === 2) throw error;
  }
  return { data, error: end };
}

function documentOf(
  { target }: CommandContext,
  { mode = 'transcribe' }: TestOptionValues,
  steps: StepRecorder['steps'],
  result: TestResult,
): TestDocument {
  const ok = result.error === undefined;
  return buildTestDocument(mode, result.plan, target, { ...result, ok, steps });
}

async function reportOf(
  { nodeVersion, target }: CommandContext,
  document: TestDocument,
  details: ReadonlyMap<string, string>,
  result: TestResult,
): Promise<Report> {
  const { buildTestReport } = await import('./report');
  const planned = result.plan ? stepNames(result.plan) : [];
  const { profile } = target;
  return buildTestReport(document, { ...result, planned, details, node: nodeVersion, profile });
}
