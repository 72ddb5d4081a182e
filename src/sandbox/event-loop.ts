/** Waits for `count` turns of the event loop, so that earlier messages are sent first. */
export async function yieldToEventLoop(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/**
 * Number of event loop turns to wait after the confirmation of a session. Reason: `connect()` of the SDK resolves with the
 * confirmation, and only then does the application add its listener. If Node.js reads a second message in the same chunk, it
 * emits the message before there is a listener, and the message is lost.
 */
export const TURNS_FOR_CLIENT = 3;
