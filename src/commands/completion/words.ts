import type { CommandEntry } from '../../cli/define';
import type { CompletionSource } from '../../cli/options';
import {
  type Flag,
  findOperand,
  type Grammar,
  grammarFor,
  isVariadic,
  type ParsedWords,
  readWords,
} from './grammar';

/** The possible words at the cursor. */
export interface Completion {
  /** What the shell offers: the texts in `values`, the paths of files, or the words of another command (after `--`). */
  readonly offer: 'values' | 'files' | 'command';
  readonly values: readonly Candidate[];
  /** If `offer` is `files`: how many characters of the word are before the path. For `--output=PATH`, it is 9. Otherwise 0. */
  readonly skip: number;
}

export interface Candidate {
  /** The text that replaces the word at the cursor. It needs no quotes in any shell. */
  readonly value: string;
  readonly about: string;
  /** Whether more text can follow in the same word. If so, the shell adds no space after the word. */
  readonly open: boolean;
}

export interface Sources {
  readonly commands: readonly CommandEntry[];
  profiles(): Promise<readonly (readonly [name: string, about: string])[]>;
}

const NOTHING: Completion = { offer: 'values', values: [], skip: 0 };

/** Matches words without characters that are special in a shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * Returns the possible values for the last word of a command line. Ignores unknown or wrong words before the last one.
 * @param words the command line after the name of the program
 */
export async function completeWords(
  words: readonly string[],
  sources: Sources,
): Promise<Completion> {
  const word = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const at = findOperand(before);
  const name = before[at];
  const grammar = await grammarFor(name, sources.commands);
  if (!grammar) return NOTHING;
  const others = before.filter((_, index) => index !== at);
  const found = await completeIn(grammar, others, word, sources);
  return { ...found, values: found.values.filter(({ value }) => PLAIN.test(value)) };
}

async function completeIn(
  grammar: Grammar,
  before: readonly string[],
  word: string,
  sources: Sources,
): Promise<Completion> {
  const { flags, operands, afterDashes } = grammar;
  if (before.includes('--')) return afterDashes ? { ...NOTHING, offer: 'command' } : NOTHING;
  const read = readWords(before, flags);
  if (read.open && read.isOwed) return completeValue(valuesOf(read.open), word, '', sources);
  const [, name, rest] = /^(--[^=]*=)(.*)$/s.exec(word) ?? [];
  if (name !== undefined && rest !== undefined) {
    const owner = flags.find(({ names }) => names.includes(name.slice(0, -1)));
    return completeValue(owner && valuesOf(owner), rest, name, sources);
  }
  if (word.startsWith('-')) return { ...NOTHING, values: listFlags(grammar, read, false) };
  const last = operands.at(-1);
  const operand = operands[read.operands.length] ?? (last?.name.includes('...') ? last : undefined);
  const wanted = read.open ? valuesOf(read.open) : operand?.completes?.(read.operands);
  if (wanted) return completeValue(wanted, word, '', sources);
  return word === '' ? { ...NOTHING, values: listFlags(grammar, read, true) } : NOTHING;
}

/** Returns the options that can still be given: the options that were not given yet, and the options that can be repeated. */
function listFlags(
  { flags, afterDashes }: Grammar,
  { given }: ParsedWords,
  isLongOnly: boolean,
): readonly Candidate[] {
  const left = flags.filter((one) => one.spec.repeats || isVariadic(one) || !given.has(one.spec));
  const candidates = left.flatMap(({ names, about }) =>
    names
      .filter((name) => !isLongOnly || name.startsWith('--'))
      .map((name) => ({ value: name, about, open: false })),
  );
  const dashes = { value: '--', about: `before ${afterDashes}`, open: false };
  return afterDashes ? [...candidates, dashes] : candidates;
}

function valuesOf({ spec, value }: Flag): CompletionSource | 'path' | undefined {
  return spec.completes ?? (value === '<path>' ? 'path' : undefined);
}

/** @param prefix the text before the value in the same word, such as `--output=` */
async function completeValue(
  completes: CompletionSource | 'path' | undefined,
  text: string,
  prefix: string,
  { commands, profiles }: Sources,
): Promise<Completion> {
  if (!completes) return NOTHING;
  const files = (skip: number): Completion => ({ offer: 'files', values: [], skip });
  if (completes === 'path') return files(prefix.length);
  const {
    words,
    isList = false,
    hasCommands = false,
  } = completes === 'profile' ? ({ words: await profiles() } as const) : completes;
  const names = hasCommands ? commands.map(({ name, summary }) => [name, summary] as const) : [];
  const pairs = [...names, ...words].map((word) =>
    typeof word === 'string' ? ([word, ''] as const) : word,
  );
  const kind = pairs.find(([word]) => word.endsWith('=') && text.startsWith(word));
  if (kind) return files(prefix.length + kind[0].length);
  const head = isList ? text.slice(0, text.lastIndexOf(',') + 1) : '';
  const taken = head.split(',');
  const values = pairs
    .filter(([word]) => !taken.includes(word))
    .map(([word, about]) => {
      return { value: `${prefix}${head}${word}`, about, open: isList || /[=/]$/.test(word) };
    });
  return { ...NOTHING, values };
}
