/**
 * Limits how many tasks run at the same time: each running task occupies one or more of a fixed number of permits. Tasks start in
 * the order of the calls.
 */
export interface Semaphore {
  /**
   * Runs a task as soon as enough permits are free. Urgent tasks start before others.
   * @param options.weight the number of permits that the task needs
   */
  run<Value>(
    task: () => Promise<Value>,
    options?: { readonly weight?: number; readonly isUrgent?: boolean },
  ): Promise<Value>;
}

interface Waiter {
  readonly weight: number;
  readonly start: () => void;
}

export function createSemaphore(permits: number): Semaphore {
  const urgent: Waiter[] = [];
  const others: Waiter[] = [];
  let free = permits;

  const admit = () => {
    for (;;) {
      const queue = urgent.length > 0 ? urgent : others;
      const [next] = queue;
      if (!next || next.weight > free) return;
      queue.shift();
      free -= next.weight;
      next.start();
    }
  };

  return {
    async run(task, { weight = 1, isUrgent = false } = {}) {
      await new Promise<void>((start) => {
        (isUrgent ? urgent : others).push({ weight, start });
        admit();
      });
      try {
        return await task();
      } finally {
        free += weight;
        admit();
      }
    },
  };
}
