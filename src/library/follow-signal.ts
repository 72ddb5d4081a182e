interface Followers {
  readonly controllers: Set<AbortController>;
  readonly abort: () => void;
}

/**
 * One listener for each signal of a caller. All calls with the same signal share the listener, because Node.js warns about more
 * than ten listeners.
 */
const followed = new WeakMap<AbortSignal, Followers>();

/** The signal of one call of the library. This signal aborts when the caller's signal aborts. */
export interface FollowingSignal {
  readonly signal: AbortSignal;
  /** Stops following the caller's signal. Must be called when the call of the library ends. */
  release(): void;
}

export function followSignal(leader: AbortSignal | undefined): FollowingSignal {
  const controller = new AbortController();
  const { signal } = controller;
  if (leader?.aborted) controller.abort(leader.reason);
  if (!leader || leader.aborted) return { signal, release() {} };
  const followers = followed.get(leader) ?? follow(leader);
  followers.controllers.add(controller);
  return {
    signal,
    release() {
      followers.controllers.delete(controller);
      if (followers.controllers.size > 0) return;
      leader.removeEventListener('abort', followers.abort);
      followed.delete(leader);
    },
  };
}

function follow(leader: AbortSignal): Followers {
  const controllers = new Set<AbortController>();
  const abort = () => {
    for (const controller of controllers) controller.abort(leader.reason);
  };
  leader.addEventListener('abort', abort, { once: true });
  const followers = { controllers, abort };
  followed.set(leader, followers);
  return followers;
}
