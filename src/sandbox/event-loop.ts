/** Waits for turns of the event loop, so that earlier messages are sent first. */
export async function yieldToEventLoop(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/**
 * Turns to wait after a confirmation. `connect()` of the SDK resolves with the confirmation, and the application adds its listener
 * then. In Node.js, a second message that is read in the same chunk would be emitted before that, and lost.
 */
export const TURNS_FOR_CLIENT = 3;
