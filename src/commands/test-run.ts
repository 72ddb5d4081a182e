import type {
  MintedToken,
  TranscriptionSession,
  TranscriptionUpdate,
  UrlRequest,
  VocalStackApi,
} from '../api/api';
import { CliError, toCliError } from '../core/errors';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import { containsText, transcriptText } from '../core/transcript';
import type { CommandContext, Outcome } from './define';
import { openApi } from './open-api';
import { createStepRecorder, type StepRecorder } from './step-recorder';
import { buildTestDocument, type TestDocument } from './test-document';
import { describeToken } from './token-options';

/** What a test does, settled before its first step. */
export interface TestPlan {
  readonly mode: 'transcribe' | 'connect' | 'read';
  readonly token:
    | { readonly kind: 'mint'; readonly options: TokenOptions }
    | { readonly kind: 'given'; readonly token: Secret };
  /** Null in mode read. */
  readonly request: UrlRequest | null;
  readonly expected: string | null;
}

/** A token in use, with what is known of its making. */
interface TokenInUse {
  readonly token: Secret;
  readonly minted: MintedToken | null;
  readonly options: TokenOptions | null;
}

/** Runs the steps of a test up to the first that fails. Never throws for a failed step: the document tells. */
export async function runTest(
  context: CommandContext,
  plan: TestPlan,
): Promise<Outcome<TestDocument>> {
  const { clock, progress, target } = context;
  const recorder = createStepRecorder(clock, progress);
  const api = openApi(context);
  progress.plan(stepNames(plan));
  let latest: TranscriptionUpdate | null = null;
  let error: CliError | undefined;
  try {
    const inUse = await obtainToken(context, plan, recorder, api);
    if (plan.request) {
      await useSession(context, plan, plan.request, recorder, api, inUse, (update) => {
        latest = update;
      });
    } else {
      await recorder.run('read', async () => {
        const oneTime = inUse.options?.oneTime ?? true;
        const count = await withOwnKnowledge(context, inUse, () =>
          api.countTranscriptions(inUse.token, { oneTime }),
        );
        return { value: undefined, detail: `it can read ${counted(count, 'transcription')}` };
      });
    }
  } catch (thrown) {
    error = toCliError(thrown);
  }
  return { data: buildTestDocument(plan, target, recorder.steps, latest), error };
}

function stepNames(plan: TestPlan): readonly string[] {
  const obtain = plan.token.kind === 'mint' ? ['key', 'mint'] : [];
  if (plan.mode === 'read') return [...obtain, 'read'];
  if (plan.mode === 'connect') return [...obtain, 'connect'];
  const judge = plan.expected === null ? [] : ['expect'];
  return [...obtain, 'connect', 'start', 'transcribe', ...judge];
}

async function obtainToken(
  context: CommandContext,
  plan: TestPlan,
  recorder: StepRecorder,
  api: VocalStackApi,
): Promise<TokenInUse> {
  if (plan.token.kind === 'given') {
    return { token: plan.token.token, minted: null, options: null };
  }
  const { options } = plan.token;
  const key = await recorder.run('key', async () => {
    const found = await context.target.key();
    return { value: found.key, detail: found.source };
  });
  const minted = await recorder.run('mint', async () => ({
    value: await api.mintToken(key, options),
    detail: describeToken(options),
  }));
  return { token: minted.token, minted, options };
}

async function useSession(
  context: CommandContext,
  plan: TestPlan,
  request: UrlRequest,
  recorder: StepRecorder,
  api: VocalStackApi,
  inUse: TokenInUse,
  keep: (update: TranscriptionUpdate) => void,
): Promise<void> {
  const session = await recorder.run('connect', async () => ({
    value: await withOwnKnowledge(context, inUse, () => api.openSession(inUse.token, request)),
    detail: 'session confirmed',
  }));
  try {
    if (plan.mode === 'transcribe') await transcribe(context, plan, recorder, session, keep);
  } finally {
    await session.close();
  }
}

async function transcribe(
  context: CommandContext,
  plan: TestPlan,
  recorder: StepRecorder,
  session: TranscriptionSession,
  keep: (update: TranscriptionUpdate) => void,
): Promise<void> {
  let update = await recorder.run('start', async () => {
    await session.start();
    return { value: await session.next() };
  });
  const text = await recorder.run('transcribe', async () => {
    for (;;) {
      keep(update);
      context.progress.update(update.progress, transcriptText(update.segments));
      if (update.done) break;
      update = await session.next();
    }
    const heard = transcriptText(update.segments);
    if (heard === '') {
      throw new CliError('nothing_recognised', 'The transcription finished without a word.', {
        hint: 'Check that the audio has speech in it, and its language with --language.',
      });
    }
    return { value: heard, detail: counted(update.segments.length, 'segment') };
  });
  const { expected } = plan;
  if (expected === null) return;
  await recorder.run('expect', async () => {
    if (!containsText(text, expected)) {
      throw new CliError('expectation_not_met', `The transcript does not contain "${expected}".`, {
        hint: 'Compare with the transcript on standard output. Case, punctuation and spacing do not count.',
      });
    }
    return { value: undefined, detail: 'as expected' };
  });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A bare refusal, told apart by what this program knows of a token that it minted itself. */
async function withOwnKnowledge<Value>(
  context: CommandContext,
  { minted, options }: TokenInUse,
  task: () => Promise<Value>,
): Promise<Value> {
  try {
    return await task();
  } catch (thrown) {
    const error = toCliError(thrown);
    const isOver =
      minted !== null &&
      options !== null &&
      context.clock.monotonic() - minted.sentAtMonotonic >= options.lifetimeS * 1000;
    if (error.code !== 'token_refused' || !isOver) throw error;
    throw new CliError(
      'token_expired',
      `The token was refused, and its lifetime of ${options.lifetimeS} s was over by then.`,
      { hint: 'Use a longer --lifetime.', httpStatus: error.httpStatus, cause: error },
    );
  }
}
