import { CliError } from '../core/errors';

/** Where in the service a fault strikes. */
export type FaultPoint = 'mint' | 'session' | 'stream' | 'transcribe' | 'version';

/** A fault to play, once or more often. */
export interface Fault {
  readonly point: FaultPoint;
  /** What happens there: the second word of the specification, or `status`. */
  readonly action: string;
  /** The HTTP status, where the specification has one. */
  readonly status: number | undefined;
  /** `retry-after` and its like, as they were given. */
  readonly settings: Readonly<Record<string, string>>;
  /** How many times, from the first occasion on; Infinity without a count. */
  readonly times: number;
}

/** One kind of fault: how it is written, and what it does. */
export interface FaultKind {
  readonly spec: string;
  readonly summary: string;
  readonly point: FaultPoint;
  readonly action: string;
  readonly settings: Readonly<Record<string, RegExp>>;
}

const WHOLE_SECONDS = /^\d{1,10}$/;

function kind(
  spec: string,
  summary: string,
  settings: Readonly<Record<string, RegExp>> = {},
): FaultKind {
  const [point = '', action = ''] = spec.replace(/\[.*/, '').split(':');
  return { spec, summary, point: point as FaultPoint, action, settings };
}

/** Every fault that there is. A new one is a line here and a `take` where it strikes. */
export const FAULTS: readonly FaultKind[] = [
  kind(
    'mint:STATUS[:retry-after=SECONDS]',
    'minting answers STATUS (400 to 599) to whoever may mint',
    {
      'retry-after': WHOLE_SECONDS,
    },
  ),
  kind('session:never-confirm', 'a session is never confirmed'),
  kind('session:close', 'the connection ends right after the first message'),
  kind('stream:close', 'the connection ends midway through the transcription'),
  kind('transcribe:error', 'the transcription ends with an error in the stream'),
  kind('transcribe:nothing', 'the transcription finishes without a word'),
  kind('transcribe:duration-guard', 'the audio never has the duration that was demanded'),
  kind('version:discontinued', 'answers say that this version of the API is switched off'),
  kind('version:missing', 'answers carry no API version'),
  kind('version:low', 'answers carry an API version older than the protocol (1.0.0)'),
  kind('version:newer', 'answers carry a newer API version (2.0.0)'),
];

function describeFaults(): string {
  const width = Math.max(...FAULTS.map((fault) => fault.spec.length));
  return FAULTS.map((fault) => `  ${fault.spec.padEnd(width)}  ${fault.summary}`).join('\n');
}

function parseFault(text: string): Fault | null {
  const [, spec = '', count] = /^([^*]*)(?:\*([1-9]\d{0,5}))?$/.exec(text) ?? [];
  const [point, word = '', ...pairs] = spec.split(':');
  const status = /^[45]\d\d$/.test(word) ? Number(word) : undefined;
  const action = status === undefined ? word : 'STATUS';
  const found = FAULTS.find(
    (fault) =>
      fault.point === point &&
      fault.action === action &&
      (action !== 'STATUS' || status !== undefined),
  );
  if (!found) return null;
  const settings: Record<string, string> = {};
  for (const pair of pairs) {
    const [name = '', ...rest] = pair.split('=');
    const form = Object.hasOwn(found.settings, name) ? found.settings[name] : undefined;
    if (!form?.test(rest.join('=')) || Object.hasOwn(settings, name)) return null;
    settings[name] = rest.join('=');
  }
  return {
    point: found.point,
    action: action === 'STATUS' ? 'status' : action,
    status,
    settings,
    times: count === undefined ? Number.POSITIVE_INFINITY : Number(count),
  };
}

/**
 * The faults that specifications such as `mint:503*2` stand for.
 * @throws CliError `invalid_value` with the list of faults, never with the text that was given
 */
export function parseFaults(specs: readonly string[]): readonly Fault[] {
  return specs.map((spec) => {
    const fault = parseFault(spec);
    if (fault) return fault;
    throw new CliError('invalid_value', `There is no such fault. There are:\n${describeFaults()}`, {
      hint: 'Put *N behind a fault to play it the first N times only, such as mint:503*2',
    });
  });
}

export interface Faults {
  /** The fault to play at this occasion, which counts as played; null when all is to go well. */
  take(point: FaultPoint): Fault | null;
}

export function createFaults(faults: readonly Fault[]): Faults {
  const left = faults.map((fault) => fault.times);
  return {
    take(point) {
      const index = faults.findIndex((fault, at) => fault.point === point && (left[at] ?? 0) > 0);
      if (index < 0) return null;
      left[index] = (left[index] ?? 0) - 1;
      return faults[index] ?? null;
    },
  };
}
