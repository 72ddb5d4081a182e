/** Waits for `count` turns of the event loop, so that earlier messages are sent first. */
export async function yieldToEventLoop(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/**
 * Number of event loop turns to wait after the confirmation of a session, before the next message. Reason: the application adds
 * its listener only when `connect()` of the SDK has resolved. Without the wait, Node.js may receive the confirmation and the next
 * message together. Then the next message is emitted before there is a listener, and is lost.
 */
export const TURNS_FOR_CLIENT = 3;
