import { setMaxListeners } from 'node:events';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import type { TokenOptions } from '../../core/token';
import { type Minted, mintOne } from '../../credentials/mint-one';
import { withOwnDeadline } from './own-deadline';

/** How many tokens, and how many requests at once. */
export interface Batch {
  readonly count: number;
  readonly concurrency: number;
}

/**
 * Mints many tokens and hands each over as it comes. Memory stays flat: a worker asks for its next token when its last one was
 * taken, and --timeout is for each token. The first failure ends the batch; what was handed over until then stays valid.
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
  const note = (text: string) => {
    if (!warned.has(text)) context.notes.note(text);
    warned.add(text);
  };
  const batchEnd = new AbortController();
  const passOn = () => batchEnd.abort(context.signal.reason);
  context.signal.addEventListener('abort', passOn, { once: true });
  setMaxListeners(0, batchEnd.signal);
  const inBatch: CommandContext = {
    ...context,
    signal: batchEnd.signal,
    notes: { ...context.notes, note },
  };
  let begun = 0;
  let handedOver = 0;
  let failure: unknown;
  let turn: Promise<void> = Promise.resolve();

  const work = async () => {
    while (begun < batch.count && failure === undefined) {
      begun += 1;
      try {
        const minted = await withOwnDeadline(inBatch, (one) => mintOne(one, key, options));
        turn = turn.then(() => emit(minted));
        await turn;
        handedOver += 1;
      } catch (error) {
        failure ??= error;
        // Nobody waits for what is still under way.
        batchEnd.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(batch.concurrency, batch.count) }, work));
  context.signal.removeEventListener('abort', passOn);
  if (failure !== undefined) throw withCount(failure, handedOver, batch.count);
}

function withCount(thrown: unknown, handedOver: number, count: number): unknown {
  if (!(thrown instanceof CliError)) return thrown;
  const { code, message, hint, httpStatus, cause } = thrown;
  return new CliError(code, `${handedOver} of ${count} tokens were minted. ${message}`, {
    hint,
    httpStatus,
    cause,
  });
}
