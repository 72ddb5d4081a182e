/** Lets a few through at a time, in the order in which they came. */
export interface Gate {
  /** What is urgent goes before what is not. @param options.weight how many of the places it takes, all at once */
  pass<Value>(
    task: () => Promise<Value>,
    options?: { readonly weight?: number; readonly isUrgent?: boolean },
  ): Promise<Value>;
}

interface Waiting {
  readonly weight: number;
  readonly enter: () => void;
}

export function createGate(places: number): Gate {
  const urgent: Waiting[] = [];
  const others: Waiting[] = [];
  let free = places;

  const admit = () => {
    for (;;) {
      const queue = urgent.length > 0 ? urgent : others;
      const [next] = queue;
      if (!next || next.weight > free) return;
      queue.shift();
      free -= next.weight;
      next.enter();
    }
  };

  return {
    async pass(task, { weight = 1, isUrgent = false } = {}) {
      await new Promise<void>((enter) => {
        (isUrgent ? urgent : others).push({ weight, enter });
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
