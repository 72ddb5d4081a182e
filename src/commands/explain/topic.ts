import { ERROR_CODES, type ErrorCode } from '../../core/error-codes';
import type { ExitCode, ExplainedCode } from '../../core/explanations/index';
import type { Verdict } from '../../core/verdicts';
import type { RefusalCode } from '../../endpoint/refusal';
import { EXIT_CODES, explainCode } from './codes';
import { type ExplainedRefusal, explainRefusal, isRefusal } from './refusals';
import { type ExplainedSentence, explainSentence, sentenceOf } from './sentences';
import { type ExplainedStatus, explainStatus, isStatus, statusOf } from './statuses';
import { type ExplainedVerdict, explainVerdict, isVerdict } from './verdicts';

export type Topic =
  | { readonly kind: 'code'; readonly code: ErrorCode }
  | { readonly kind: 'exit'; readonly exit: ExitCode }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'refusal'; readonly refusal: RefusalCode }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'sentence'; readonly sentence: string };

/** The JSON of one explanation. */
export type Explained =
  | ExplainedCode
  | (ExitCode & { readonly codes: readonly ExplainedCode[] })
  | ExplainedStatus
  | ExplainedRefusal
  | ExplainedVerdict
  | ExplainedSentence;

export const ALL_CODES = ERROR_CODES.map(explainCode).sort((a, b) => a.exit - b.exit);

/** Maximum length of a name or sentence, in characters. All known names and sentences are shorter. */
const MAX_LENGTH = 200;

/**
 * Returns the topic of a word or sentence. Ignores case, and reads `-` as `_`. Returns null if the word or sentence is unknown.
 */
export function topicOf(given: string): Topic | null {
  if (given.length > MAX_LENGTH) return null;
  const text = given.trim();
  const name = text.toLowerCase().replaceAll('-', '_');
  const exit = EXIT_CODES.find((known) => String(known.exit) === text);
  if (exit) return { kind: 'exit', exit };
  if (isStatus(text)) return { kind: 'status', status: Number(text) };
  const topic = nameOf(name);
  if (topic) return topic;
  const sentence = sentenceOf(text);
  if (sentence !== null) return { kind: 'sentence', sentence };
  const status = statusOf(text);
  return status === null ? null : { kind: 'status', status };
}

/**
 * Finds an error code, an error answer of a token endpoint (`refusal`), or a verdict of `vstoken inspect` by its exact name.
 * Returns null if nothing has this name.
 */
export function nameOf(name: string): Topic | null {
  const code = ERROR_CODES.find((known) => known === name);
  if (code) return { kind: 'code', code };
  if (isRefusal(name)) return { kind: 'refusal', refusal: name };
  return isVerdict(name) ? { kind: 'verdict', verdict: name } : null;
}

export async function explainTopic(topic: Topic): Promise<Explained> {
  switch (topic.kind) {
    case 'code':
      return explainCode(topic.code);
    case 'exit':
      return { ...topic.exit, codes: ALL_CODES.filter(({ exit }) => exit === topic.exit.exit) };
    case 'status':
      return explainStatus(topic.status);
    case 'refusal':
      return explainRefusal(topic.refusal);
    case 'verdict':
      return explainVerdict(topic.verdict);
    case 'sentence':
      return explainSentence(topic.sentence);
  }
}
