import type { TranscriptionRequest, TranscriptionUpdate, UrlRequest } from '../../api/api';
import type { AudioClip } from '../../api/stream-clip';
import type { ClientName } from '../../cli/client-option';
import type { CommandContext } from '../../cli/define';
import type { Secret } from '../../core/secret';
import type { TokenOptions } from '../../core/token';
import type { ClientRecord } from '../../credentials/open-sdk';
import type { StepRecorder } from '../../reports/step-recorder';

export const MODES = ['transcribe', 'connect', 'read'] as const;
export type Mode = (typeof MODES)[number];

/** What a test will do, and with which token and audio. Known before the first step runs. */
export interface TestPlan {
  readonly mode: Mode;
  readonly client: ClientName;
  readonly token:
    | { readonly kind: 'mint'; readonly options: TokenOptions }
    | { readonly kind: 'given'; readonly token: Secret };
  /** The audio to transcribe. Null with --mode read. */
  readonly source: AudioSource | null;
  readonly expected: string | null;
}

export type AudioSource =
  | { readonly kind: 'url'; readonly request: UrlRequest }
  | {
      readonly kind: 'file';
      readonly request: TranscriptionRequest;
      readonly clip: AudioClip;
    };

/** Returns the names of all steps that a successful test runs, in order. */
export function stepNames({ mode, client, token, expected }: TestPlan): readonly string[] {
  const load = client === 'sdk' ? ['sdk'] : [];
  const obtain = [...load, ...(token.kind === 'mint' ? ['key', 'mint'] : [])];
  if (mode === 'read') return [...obtain, 'read'];
  if (mode === 'connect') return [...obtain, 'connect'];
  const judge = expected === null ? [] : ['expect'];
  return [...obtain, 'connect', 'start', 'transcribe', ...judge];
}

/** The plan and the functions that all steps of one test use. */
export interface TestRun {
  readonly context: CommandContext;
  readonly plan: TestPlan;
  readonly recorder: StepRecorder;
  readonly onUpdate: (update: TranscriptionUpdate) => Promise<void>;
  /** Called when the SDK was found. Not called for the built-in client. */
  readonly onClient: (client: ClientRecord) => void;
}
