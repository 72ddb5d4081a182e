/** Lets a few through at a time, in the order in which they came. */
export interface Gate {
  /** @param weight how many of the places it takes, all at once */
  pass<Value>(task: () => Promise<Value>, weight?: number): Promise<Value>;
}

export function createGate(places: number): Gate {
  const waiting: { readonly weight: number; readonly enter: () => void }[] = [];
  let free = places;

  const admit = () => {
    for (let next = waiting[0]; next && next.weight <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.weight;
      next.enter();
    }
  };

  return {
    async pass(task, weight = 1) {
      await new Promise<void>((enter) => {
        waiting.push({ weight, enter });
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
