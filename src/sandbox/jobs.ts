import { DEFAULT_MAX_DURATION_S } from '../api/protocol';
import { Refusal } from './refusal';

/** A request to transcribe the audio at a URL. Durations are in seconds. */
export interface UrlJob {
  readonly kind: 'url';
  readonly url: string;
  readonly language: string;
  /** The required duration of the audio. Null if any duration is accepted. */
  readonly durationS: number | null;
  /** Maximum duration of the transcript. 0 for no limit. */
  readonly maxDurationS: number;
}

/** A request to transcribe a live stream. Durations are in seconds. */
export interface LiveJob {
  readonly kind: 'live';
  readonly language: string;
  readonly translations: readonly string[];
  /** The stream ends if no audio arrives for this time. */
  readonly timeoutS: number;
  /** Maximum duration of the stream. 0 for no limit. */
  readonly maxDurationS: number;
  readonly polyglotId: string | null;
  /** The HLS playlist from which the audio is fetched. Null if the client sends the audio. */
  readonly livestreamUrl: string | null;
}

export type Job = UrlJob | LiveJob;

/** The settings of a polyglot session that are defaults for its live transcriptions. */
interface PolyglotDefaults {
  readonly language: string | null;
  readonly max_duration_s: number | null;
  readonly timeout_period_s: number | null;
  readonly livestream_url: string | null;
}

/**
 * Returns the settings of a polyglot session, as defaults for a live transcription. Null if the transcription is resumed, because
 * a resumed transcription keeps its own settings.
 * @throws Refusal 404 for an unknown id
 */
export type FindPolyglot = (id: string) => PolyglotDefaults | null;

const DEFAULT_TIMEOUT_S = 60;
export const MAX_LANGUAGES = 10;

function numberFrom<Fallback>(
  query: URLSearchParams,
  name: string,
  fallback: Fallback,
): number | Fallback {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(text)) {
    throw new Refusal(400, `${name} must be a number of seconds`);
  }
  return Number(text);
}

/** Returns the text if it is a language code. @throws Refusal 400 if it is not */
export function languageFrom(text: string): string {
  if (!/^[a-z]{2,4}(-[a-z0-9]{1,8})*$/i.test(text)) {
    throw new Refusal(400, 'a language must be a code, such as de');
  }
  return text;
}

/** Reads language codes from the query. The parameter may be repeated, or may have several codes separated by commas. */
export function languagesFrom(query: URLSearchParams, name: string): readonly string[] {
  const codes = query.getAll(name).flatMap((text) => text.split(',').filter((code) => code !== ''));
  if (codes.length > MAX_LANGUAGES) throw new Refusal(400, 'too many languages');
  return codes.map(languageFrom);
}

/** Decodes a URL a second time if it is still encoded. Reason: the SDK encodes the parameter `url` twice. */
function decodeTwice(text: string, name: string): string {
  if (!/^https?%3a/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, `${name} has invalid percent-encoding`);
  }
}

function urlFrom(given: string, name: string): string {
  const text = decodeTwice(given, name);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Refusal(400, `${name} must be an http or https URL`);
  }
  return url.href;
}

/** Reads a request to transcribe the audio at a URL. @throws Refusal 400 for an invalid value */
export function parseUrlJob(query: URLSearchParams): UrlJob {
  return {
    kind: 'url',
    url: urlFrom(query.get('url') ?? '', 'url'),
    language: languageFrom(query.get('language') || 'auto'),
    durationS: numberFrom(query, 'duration_s', null),
    maxDurationS: numberFrom(query, 'max_duration_s', DEFAULT_MAX_DURATION_S),
  };
}

/**
 * Reads a request to transcribe a live stream.
 * @throws Refusal 400 for an invalid value; 404 for an unknown polyglot session
 */
export function parseLiveJob(
  query: URLSearchParams,
  livestreamUrl: string | undefined,
  findPolyglot: FindPolyglot,
): LiveJob {
  const polyglotId = query.get('polyglot_id') || null;
  const polyglot = polyglotId === null ? null : findPolyglot(polyglotId);
  const timeoutS = polyglot?.timeout_period_s || DEFAULT_TIMEOUT_S;
  const maxDurationS = polyglot?.max_duration_s ?? DEFAULT_MAX_DURATION_S;
  const source = livestreamUrl || polyglot?.livestream_url;
  return {
    kind: 'live',
    language: languageFrom(query.get('language') || polyglot?.language || 'auto'),
    translations: languagesFrom(query, 'translations'),
    timeoutS: numberFrom(query, 'timeout_period_s', 0) || timeoutS,
    maxDurationS: numberFrom(query, 'max_duration_s', maxDurationS),
    polyglotId,
    livestreamUrl: source ? urlFrom(source, 'livestream-url') : null,
  };
}
