import type { CompletingWords } from '../../cli/options';
import { CliError } from '../../core/errors';
import { nearest } from '../../core/nearest';
import { PROMISE_IDS, type PromiseId, promiseOf } from '../../core/promises';

/** The JSON of `vstoken verify --list`. */
export interface PromiseList {
  readonly promises: readonly {
    readonly id: string;
    readonly title: string;
    readonly source: string;
    readonly expected: string;
    readonly method: string;
    readonly billed: boolean;
  }[];
}

/** The values for completion of `--only` and `--expect-broken`. */
export const PROMISE_WORDS: CompletingWords = {
  words: PROMISE_IDS.map((id) => [id, promiseOf(id).title] as const),
  isList: true,
};

/**
 * Returns a function that parses comma-separated ids of promises of the service.
 * @param flag the option, for the error message
 * @throws CliError `invalid_value` if an id is unknown; the message does not quote the id
 */
export const parseIds =
  (flag: string) =>
  (text: string): readonly PromiseId[] =>
    text
      .split(',')
      .map((word) => word.trim())
      .map((word) => parseId(word, flag));

function parseId(word: string, flag: string): PromiseId {
  const id = PROMISE_IDS.find((known) => known === word);
  if (id) return id;
  const near = nearest(word, PROMISE_IDS);
  throw new CliError(
    'invalid_value',
    `${flag} must be ids of promises, separated by commas: ${PROMISE_IDS.join(', ')}.`,
    { hint: near ? `Did you mean ${near}?` : 'To list the promises: vstoken verify --list' },
  );
}

export function listPromises(ids: readonly PromiseId[]): PromiseList {
  return {
    promises: ids.map((id) => {
      const { title, source, expected, method, billed = false } = promiseOf(id);
      return { id, title, source, expected, method, billed };
    }),
  };
}
