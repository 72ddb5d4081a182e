import type { TranscriptionUpdate } from '../../api/api';
import type { TokenOptions } from '../../core/token';
import { transcriptText } from '../../core/transcript';
import type { ClientRecord } from '../../credentials/open-sdk';
import type { StepRecord } from '../../reports/step-recorder';
import { redactUrl } from './audio';
import type { Mode, TestPlan } from './plan';

/** The JSON of `vstoken test`. It contains no token and no key. */
export interface TestDocument {
  readonly ok: boolean;
  readonly mode: Mode;
  readonly api_server: string;
  readonly sandbox: boolean;
  readonly token: {
    readonly access: string | null;
    readonly lifetime_s: number | null;
    readonly one_time: boolean | null;
  };
  /** The SDK in use. Present only with --client sdk, and only if the SDK was found. */
  readonly client?: ClientRecord;
  readonly steps: readonly StepRecord[];
  readonly transcription: {
    readonly id: string;
    readonly status: 'done' | 'processing';
    readonly text: string;
    readonly segments: number;
    readonly summary: string | null;
    readonly keywords: readonly string[] | null;
  } | null;
  readonly audio: {
    /** The URL of the audio, without the values in its query. Null for a file. */
    readonly url: string | null;
    /** The name of the audio file, without its folders. Null for a URL. */
    readonly file: string | null;
    readonly language: string;
    readonly max_duration_s: number;
  } | null;
}

/** @param plan null if the test failed before its plan was made */
export function buildTestDocument(
  mode: Mode,
  plan: TestPlan | null,
  target: { readonly apiServer: string; readonly sandbox: boolean },
  progress: {
    readonly ok: boolean;
    readonly steps: readonly StepRecord[];
    readonly latest: TranscriptionUpdate | null;
    readonly client: ClientRecord | null;
  },
): TestDocument {
  const { ok, steps, latest, client } = progress;
  const source = plan?.source ?? null;
  return {
    ok,
    mode,
    api_server: target.apiServer,
    sandbox: target.sandbox,
    token: describeOptions(plan?.token.kind === 'mint' ? plan.token.options : null),
    ...(client && { client }),
    steps,
    transcription: latest && {
      id: latest.id,
      status: latest.done ? 'done' : 'processing',
      text: transcriptText(latest.segments),
      segments: latest.segments.length,
      summary: latest.summary,
      keywords: latest.keywords,
    },
    audio: source && {
      url: source.kind === 'url' ? redactUrl(source.request.url) : null,
      file: source.kind === 'file' ? source.clip.name : null,
      language: source.request.language,
      max_duration_s: source.request.maxDurationS,
    },
  };
}

function describeOptions(options: TokenOptions | null): TestDocument['token'] {
  return {
    access: options?.access ?? null,
    lifetime_s: options?.lifetimeS ?? null,
    one_time: options?.oneTime ?? null,
  };
}
