import { startDeadline } from '../api/deadline';
import { CliError, toCliError } from '../core/errors';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import type { CommandContext } from './define';
import { type Minted, mintOne } from './mint-one';

/** How many tokens, and how many requests at once. */
export interface Batch {
  readonly count: number;
  readonly concurrency: number;
}

/**
 * Mints many tokens and hands each over as it comes. Memory stays flat: a worker asks for its next token when its last one was
 * taken. The first failure ends the batch; what was handed over until then stays valid.
 * @throws CliError the failure, which says how many tokens there were
 */
export async function mintMany(
  context: CommandContext,
  key: Secret,
  options: TokenOptions,
  batch: Batch,
  emit: (minted: Minted) => Promise<void>,
): Promise<void> {
  const warned = new Set<string>();
  const warn = (text: string) => {
    if (!warned.has(text)) context.notes.note(text);
    warned.add(text);
  };
  let begun = 0;
  let handedOver = 0;
  let failure: unknown;
  let turn: Promise<void> = Promise.resolve();

  const work = async () => {
    while (begun < batch.count && failure === undefined) {
      begun += 1;
      try {
        const minted = await mintInTime(context, key, options, warn);
        turn = turn.then(() => emit(minted));
        await turn;
        handedOver += 1;
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(batch.concurrency, batch.count) }, work));
  if (failure !== undefined) throw withCount(failure, handedOver, batch.count);
}

/** --timeout is for each token: a batch may take as long as it needs. */
async function mintInTime(
  context: CommandContext,
  key: Secret,
  options: TokenOptions,
  warn: (text: string) => void,
): Promise<Minted> {
  const deadline = startDeadline(context, context.timeoutMs);
  try {
    const notes = { ...context.notes, note: warn };
    return await mintOne({ ...context, signal: deadline.signal, deadline, notes }, key, options);
  } finally {
    deadline.cancel();
  }
}

function withCount(thrown: unknown, handedOver: number, count: number): unknown {
  if (!(thrown instanceof CliError)) return thrown;
  const { code, message, hint, httpStatus, cause } = toCliError(thrown);
  return new CliError(code, `${handedOver} of ${count} tokens were minted. ${message}`, {
    hint,
    httpStatus,
    cause,
  });
}
