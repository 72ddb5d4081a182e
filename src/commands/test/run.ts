import type { VocalStackApi } from '../../api/api';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import { describeToken, type TokenOptions } from '../../core/token';
import { containsText } from '../../core/transcript';
import { counted } from '../../core/words';
import { openApi } from '../../credentials/open-api';
import type { StepRecorder } from '../../reports/step-recorder';
import type { AudioSource, TestRun } from './plan';
import { type Opened, transcribe } from './transcribe';

/** The token that a test uses. `options` is null if the token was not minted by this command. */
interface TokenInUse {
  readonly token: Secret;
  readonly options: TokenOptions | null;
}

/**
 * Runs the steps of the plan in order, and records each result.
 * @throws CliError if a step fails: the error of that step
 */
export async function runSteps(run: TestRun): Promise<void> {
  const { context, plan, recorder, onClient } = run;
  if (plan.client !== 'sdk') return takeSteps(run, openApi(context));
  const { openSdkInUse } = await import('../../credentials/open-sdk');
  const sdk = await recorder.run('sdk', async () => {
    const value = await openSdkInUse(context, onClient);
    return { value, detail: value.client.version ?? 'unknown version' };
  });
  try {
    await takeSteps(run, sdk.api);
  } finally {
    await sdk.close();
  }
}

async function takeSteps(run: TestRun, api: VocalStackApi): Promise<void> {
  const { plan, recorder } = run;
  const inUse = await obtainToken(run, api);
  if (plan.source) {
    await useSession(run, plan.source, api, inUse);
    return;
  }
  await recorder.run('read', async () => {
    const oneTime = inUse.options?.oneTime ?? true;
    const count = await api.countTranscriptions(inUse.token, { oneTime });
    return { value: undefined, detail: `the token can read ${counted(count, 'transcription')}` };
  });
}

async function obtainToken(
  { context, plan, recorder }: TestRun,
  api: VocalStackApi,
): Promise<TokenInUse> {
  if (plan.token.kind === 'given') {
    return { token: plan.token.token, options: null };
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
  return { token: minted.token, options };
}

async function useSession(
  run: TestRun,
  source: AudioSource,
  api: VocalStackApi,
  inUse: TokenInUse,
): Promise<void> {
  const { context, plan, recorder } = run;
  const opened = await recorder.run('connect', async () => ({
    value: await openSource(context, source, api, inUse),
    detail: 'session confirmed',
  }));
  try {
    if (plan.mode !== 'transcribe') return;
    const transcribedText = await transcribe(run, opened);
    if (plan.expected !== null) await checkTranscript(recorder, transcribedText, plan.expected);
  } finally {
    await opened.session.close();
  }
}

async function openSource(
  context: CommandContext,
  source: AudioSource,
  api: VocalStackApi,
  { token }: TokenInUse,
): Promise<Opened> {
  if (source.kind === 'url') {
    return { session: await api.openSession(token, source.request), send: null };
  }
  const { clip, request } = source;
  const { streamClip } = await import('../../api/stream-clip');
  const session = await api.openLiveSession(token, request);
  return {
    session,
    send: (isOver, onProgress) =>
      streamClip(context, session, clip, request.maxDurationS, isOver, onProgress),
  };
}

function checkTranscript(
  recorder: StepRecorder,
  transcribedText: string,
  expected: string,
): Promise<undefined> {
  return recorder.run('expect', async () => {
    if (!containsText(transcribedText, expected)) {
      throw new CliError('expectation_not_met', `The transcript does not contain "${expected}".`, {
        hint: 'Compare the expected text with the transcript on standard output. Case, punctuation and spacing are ignored.',
      });
    }
    return { value: undefined, detail: 'as expected' };
  });
}
