import { setMaxListeners } from 'node:events';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import type { TokenOptions } from '../../core/token';
import { type Minted, mintOne } from '../../credentials/mint-one';
import { withOwnDeadline } from './own-deadline';

export interface Batch {
  readonly count: number;
  readonly concurrency: number;
}

/**
 * Mints many tokens and prints each token immediately. Several workers mint at the same time. Each worker requests a token only
 * after its previous token was printed, so memory use stays constant. --timeout applies to each token. The first failure ends the
 * batch. Tokens that were already printed stay valid.
 * @throws CliError the first failure; its message contains the number of printed tokens
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
  const abortBatch = () => batchEnd.abort(context.signal.reason);
  context.signal.addEventListener('abort', abortBatch, { once: true });
  setMaxListeners(0, batchEnd.signal);
  const inBatch: CommandContext = {
    ...context,
    signal: batchEnd.signal,
    notes: { ...context.notes, note },
  };
  let started = 0;
  let printed = 0;
  let failure: unknown;
  let lastPrint: Promise<void> = Promise.resolve();

  const work = async () => {
    while (started < batch.count && failure === undefined) {
      started += 1;
      try {
        const minted = await withOwnDeadline(inBatch, (one) => mintOne(one, key, options));
        lastPrint = lastPrint.then(() => emit(minted));
        await lastPrint;
        printed += 1;
      } catch (error) {
        failure ??= error;
        batchEnd.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(batch.concurrency, batch.count) }, work));
  context.signal.removeEventListener('abort', abortBatch);
  if (failure !== undefined) throw withCount(failure, printed, batch.count);
}

function withCount(thrown: unknown, printed: number, count: number): unknown {
  if (!(thrown instanceof CliError)) return thrown;
  const { code, message, hint, httpStatus, cause } = thrown;
  return new CliError(code, `${printed} of ${count} tokens were minted. ${message}`, {
    hint,
    httpStatus,
    cause,
  });
}
