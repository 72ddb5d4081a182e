/** Lets everything else have its turn: what was told before is sent before. */
export async function nextTurn(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/**
 * After a confirmation, for the client to read it. `connect()` of the SDK ends with it, and who listens only then would miss
 * what comes in one piece with it: in Node.js two messages that are read at once are handed over before anything else.
 */
export const TURNS_OF_CLIENT = 3;
