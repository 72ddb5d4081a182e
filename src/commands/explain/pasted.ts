import { meaningOf } from '../../core/error-codes';
import { VERDICT_CODES, VERDICTS } from '../../core/verdicts';
import { EXIT_CODES } from './codes';
import { isRefusal } from './refusals';
import { sentencesIn } from './sentences';
import { ALL_CODES, nameOf, type Topic } from './topic';

/**
 * Maximum number of explained errors. A single message contains fewer errors. A log may contain more errors, but most of them are
 * repeated.
 */
const MAX_FOUND = 10;

/** Matches an error code after its label, as in `code:  token_spent` or `"code":"token_spent"`. The quotes may be escaped. */
const CODE =
  /\b(?:code|verdict|outcome)\\?["']?\s{0,8}[:=]\s{0,8}\\?["']?([a-z]{2,30}(?:_[a-z]{1,30}){0,5})(?![a-z_])/gi;
/** Matches a line in the log of `vstoken serve`. */
const SERVED = /^\w{3,7} \S{1,300} \d{3} \d{1,7} ms ([a-z_]{2,40})/gm;
/** Matches the first line of `vstoken inspect`: a mark, then the verdict in words. */
const HEADLINE = /^(?:[^\w\s"'{]|x) ([a-z]\S.{0,60})$/gm;
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]{0,20}m`);
const NAME = /\b[a-z]{2,30}(?:_[a-z]{1,30}){1,5}\b/g;
/**
 * Matches exit code 1. Used for a text with the error code `internal_error`, because vstoken and the token endpoint both have an
 * error code with this name. Only the messages of vstoken contain the exit code, so a match means the error of vstoken.
 */
const OF_PROGRAM = /\(exit 1\)|"exit\\?"\s{0,4}:\s{0,4}1\b/;

const STATUSES: readonly RegExp[] = [
  /\bHTTP\/[\d.]{1,3}"?\s{1,4}([1-5]\d\d)\b/gi,
  /\b(?:http_?status|http_?code|status(?:[ _]?code)?)\\?["']?\s{0,4}[:=]?\s{0,4}\\?["']?([1-5]\d\d)\b/gi,
  /(?:\bHTTP|\berror:?|\bresponse:?|\breturned|\banswered|\bgot|\bwith|->|\()\s{0,4}([45]\d\d)\b/gi,
  /\b([45]\d\d)\s{1,4}(?:Unauthorized|Forbidden|Not Found|Bad Request|Too Many|Internal|Bad Gateway|Service|Gateway|Payment|Method|Conflict|Gone|Unprocessable)/gi,
  /^\s{0,40}([1-5]\d\d)\s{0,40}$/g,
];
const EXIT = /\bexit(?:ed)?(?: with)?(?: (?:code|status))?:?\s{1,4}(\d{1,3})\b/gi;

/**
 * Finds everything that can be explained in a pasted text: output of vstoken, an answer of the token endpoint or of the service,
 * or a log that contains them. Returns only the most specific kind of topic: codes, otherwise messages of the service, otherwise
 * HTTP statuses, otherwise exit codes. Takes linear time.
 */
export function topicsIn(pasted: string): readonly Topic[] {
  const text = pasted.split(COLOUR).join('');
  const codes = [...codesIn(text), ...meaningsIn(text), ...headlinesIn(text)];
  if (codes.length > 0) return distinct(codes);
  // Look for messages of the service only if the text contains no error code of vstoken. Reason: an error message of vstoken may
  // quote the service.
  const sentences = sentencesIn(text);
  if (sentences.length > 0) return distinct(sentences.map(asSentence));
  const statuses = STATUSES.flatMap((pattern) => matchesOf(text, pattern)).map(Number);
  const failures = statuses.filter((status) => status >= 300);
  if (statuses.length > 0)
    return distinct((failures.length > 0 ? failures : statuses).map(asStatus));
  const exits = matchesOf(text, EXIT);
  return distinct(
    EXIT_CODES.filter(({ exit }) => exits.includes(String(exit))).map(
      (exit): Topic => ({ kind: 'exit', exit }),
    ),
  );
}

function codesIn(text: string): readonly Topic[] {
  const words = [CODE, SERVED].flatMap((pattern) => matchesOf(text, pattern));
  // Ignore the names of verdicts here, because the verdict `api_key` is also the name of a JSON member.
  const names = (text.match(NAME) ?? []).filter((name) => nameOf(name)?.kind !== 'verdict');
  return [...words, ...names].flatMap((word) => {
    const name = word.toLowerCase();
    if (name === 'internal_error' && isRefusal(name) && !OF_PROGRAM.test(text)) {
      return { kind: 'refusal', refusal: name } as const;
    }
    return nameOf(name) ?? [];
  });
}

function headlinesIn(text: string): readonly Topic[] {
  return matchesOf(text, HEADLINE).flatMap((line) => {
    // Keep only the words of the verdict. Examples of the line: `expired 31 s ago`, `not expired: 7 s left`.
    const words = line.replace(/(?:[:,] | (?:\d|less|more)).*$/, '');
    const verdict = VERDICT_CODES.find((code) => VERDICTS[code].words === words);
    return verdict === undefined ? [] : { kind: 'verdict', verdict };
  });
}

const asStatus = (status: number): Topic => ({ kind: 'status', status });
const asSentence = (sentence: string): Topic => ({ kind: 'sentence', sentence });

/** Finds error codes by the messages of the token endpoint, because a pasted answer may contain the message without the code. */
function meaningsIn(text: string): readonly Topic[] {
  return ALL_CODES.filter(({ code }) => text.includes(`could be minted: ${meaningOf(code)}`)).map(
    ({ code }): Topic => ({ kind: 'code', code }),
  );
}

const matchesOf = (text: string, pattern: RegExp): readonly string[] =>
  Array.from(text.matchAll(pattern), ([, word]) => word ?? '');

function distinct(topics: readonly Topic[]): readonly Topic[] {
  const known = new Map(topics.map((topic) => [JSON.stringify(topic), topic]));
  return [...known.values()].slice(0, MAX_FOUND);
}
