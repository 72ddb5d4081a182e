import { CliError } from '../core/errors';
import type { PromiseId } from '../core/promises';
import { Refusal } from './refusal';
import { requireBreakable } from './rules';

/** The places in the service where a fault can happen. */
export type FaultPoint =
  | 'mint'
  | 'read'
  | 'redirect'
  | 'body'
  | 'version'
  | 'clock'
  | 'token'
  | 'connect'
  | 'session'
  | 'stream'
  | 'transcribe'
  | 'promise';

/** A fault to inject, once or several times. */
export interface Fault {
  readonly point: FaultPoint;
  /** The second part of the pattern `spec`, such as `STATUS` for `mint:STATUS`. Empty for a pattern such as `redirect`. */
  readonly action: string;
  /** The values of the words in capitals in `spec`. The fault `mint:503` has the `spec` `mint:STATUS`, so `STATUS` is `503`. */
  readonly values: Readonly<Record<string, string>>;
  /** Maximum number of times that the fault is injected. Infinity if the specification has no count. */
  readonly times: number;
  /** The probability of each injection, from 0 to 1. */
  readonly probability: number;
  /** The fault as it was given, without its count and its probability: `mint:503` for `mint:503*2@0.5`. */
  readonly text: string;
}

export interface FaultKind {
  /**
   * The pattern of a fault, such as `mint:STATUS[:retry-after=SECONDS]`. Words in capitals stand for values, and the part in
   * brackets is optional.
   */
  readonly spec: string;
  readonly summary: string;
  /** Whether a fault of this kind may have a count and a probability, as in `mint:503*2@0.5`. */
  readonly countable: boolean;
}

/** Regular expressions for the words in capitals in each `spec` of `FAULTS`. */
const VALUES: Readonly<Record<string, string>> = {
  STATUS: '[45]\\d\\d',
  SECONDS: '\\d{1,10}',
  OFFSET: '[+-]\\d{1,5}[smh]',
  ID: '[a-z-]{1,40}',
};

const kind = (
  spec: FaultPoint | `${FaultPoint}:${string}`,
  summary: string,
  { countable = true } = {},
): FaultKind => ({ spec, summary, countable });

/** All kinds of faults. To add a kind, add a line here and call `take` where the fault happens. */
export const FAULTS: readonly FaultKind[] = [
  kind('mint:STATUS[:retry-after=SECONDS]', 'mint requests are answered with STATUS, 400 to 599'),
  kind('read:STATUS[:retry-after=SECONDS]', 'requests to read data are answered with STATUS'),
  kind('redirect', 'every REST answer redirects to example.invalid'),
  kind('body:truncate', 'a REST answer ends before its content-length'),
  kind('body:stall', 'a REST answer stops, but its connection stays open'),
  kind('body:garbage', 'a REST answer is HTML, with status 200'),
  kind('body:huge', 'a REST answer is 16 MiB of JSON'),
  kind('version:discontinued', 'answers say that this API version is switched off'),
  kind('version:missing', 'answers have no API version'),
  kind('version:low', 'answers have an older API version (1.0.0)'),
  kind('version:newer', 'answers have a newer API version (2.0.0)'),
  kind('clock:OFFSET', 'the clock is wrong by OFFSET, such as +1h or -10m', {
    countable: false,
  }),
  kind('token:expired', 'a token is refused as expired'),
  kind('token:spent', 'a token is refused as already used'),
  kind('connect:refuse', 'a connection closes before its WebSocket opens'),
  kind('connect:STATUS', 'the WebSocket upgrade is answered with STATUS'),
  kind('session:never-confirm', 'a session is never confirmed'),
  kind('session:close', 'the first client message closes the connection'),
  kind('stream:close', 'the connection closes in the middle of the stream'),
  kind('stream:stall', 'the messages stop, but the connection stays open'),
  kind('stream:garbage', 'one message in the middle of the stream is not JSON'),
  kind('transcribe:error', 'the transcription ends with an error in the stream'),
  kind('transcribe:nothing', 'the transcription ends without text'),
  kind('transcribe:duration-guard', 'a transcription fails, as if duration_s were wrong'),
  kind('promise:ID', 'breaks a promise of the service (see verify --list)', {
    countable: false,
  }),
];

const MODIFIERS = /^([^*@]*)(?:\*([1-9]\d{0,5}))?(?:@(0(?:\.\d{1,9})?|\.\d{1,9}|1(?:\.0{1,9})?))?$/;

const MODIFIED =
  'Append *N to inject a fault at most N times, and @P to inject it with a probability P from 0 to 1. For example: mint:503*2@0.5';

function formOf(spec: string): RegExp {
  const form = spec
    .replace('[', '(?:')
    .replace(']', ')?')
    .replace(/[A-Z]+/g, (word) => `(?<${word}>${VALUES[word]})`);
  return new RegExp(`^${form}$`);
}

function parseFault(text: string): Fault {
  const [, plain = '', count, probability] = MODIFIERS.exec(text) ?? [];
  for (const { spec, countable } of FAULTS) {
    const match = formOf(spec).exec(plain);
    if (!match) continue;
    if (!countable && plain !== text) {
      throw new CliError('invalid_value', `${spec} cannot have a count or a probability.`);
    }
    const [point = '', action = ''] = spec.split(/[:[]/);
    return {
      point: point as FaultPoint,
      action,
      values: { ...match.groups },
      times: Number(count ?? Number.POSITIVE_INFINITY),
      probability: Number(probability ?? 1),
      text: plain,
    };
  }
  const specs = FAULTS.map(({ spec }) => spec).join(', ');
  throw new CliError('invalid_value', `Unknown fault. The faults are: ${specs}`, {
    hint: `To see what each fault does: vstoken sandbox --help. ${MODIFIED}`,
    libraryHint: `The constant FAULTS, which vocalstack-token/sandbox exports, describes each fault. ${MODIFIED}`,
  });
}

/**
 * Parses specifications such as `mint:503*2@0.5`.
 * @throws CliError `invalid_value` for an invalid specification; the message does not quote the specification
 */
export function parseFaults(specs: readonly string[]): readonly Fault[] {
  return specs.map(parseFault);
}

/**
 * Some faults make the sandbox break a promise of the service. Returns the ids of the promises that these faults break. For the
 * fault `promise:no-query`, the id is `no-query`.
 * @throws CliError `invalid_value` for an unknown id
 */
export function brokenPromises(faults: readonly Fault[]): readonly PromiseId[] {
  return faults
    .filter(({ point }) => point === 'promise')
    .map(({ values }) => requireBreakable(values['ID'] ?? ''));
}

export interface Faults {
  /** Returns the fault to inject now and reduces its remaining count. Returns null if there is no fault to inject. */
  take(point: FaultPoint): Fault | null;
  /** Returns the faults that can still be injected, because their count is not used up. */
  left(): readonly Fault[];
  /**
   * Returns the faults that can still be injected, as texts such as `mint:503*2`. The count is the number of injections that are
   * left.
   */
  specs(): readonly string[];
  replace(faults: readonly Fault[]): void;
}

/** @param random returns a fraction from 0 up to 1, which decides whether a fault with a probability is injected */
export function createFaults(faults: readonly Fault[], random: () => number): Faults {
  const entriesOf = (all: readonly Fault[]) => all.map((fault) => ({ fault, times: fault.times }));
  let entries = entriesOf(faults);
  const left = () => entries.filter(({ times }) => times > 0);
  return {
    take(point) {
      for (const entry of left()) {
        const { fault } = entry;
        if (fault.point !== point) continue;
        if (fault.probability < 1 && random() >= fault.probability) continue;
        entry.times -= 1;
        return fault;
      }
      return null;
    },
    left: () => left().map(({ fault }) => fault),
    specs: () =>
      left().map(({ fault: { text, probability }, times }) => {
        const count = Number.isFinite(times) ? `*${times}` : '';
        return `${text}${count}${probability < 1 ? `@${probability}` : ''}`;
      }),
    replace(all) {
      entries = entriesOf(all);
    },
  };
}

/** Returns the refusal with which the sandbox answers a request, for a fault such as `mint:503`. */
export function faultRefusal({ values }: Fault): Refusal {
  return new Refusal(Number(values['STATUS']), 'an injected fault prevented this request', {
    retryAfter: values['SECONDS'],
    code: 'injected_fault',
  });
}
