import type { CommandContext } from '../../cli/define';
import { startDeadline } from '../../network/deadline';

/** Runs a task with a new deadline. The time until this deadline is the value of --timeout. */
export async function withOwnDeadline<Value>(
  context: CommandContext,
  task: (context: CommandContext) => Promise<Value>,
): Promise<Value> {
  const deadline = startDeadline(context, context.timeoutMs);
  try {
    return await task({ ...context, signal: deadline.signal, deadline });
  } finally {
    deadline.cancel();
  }
}
