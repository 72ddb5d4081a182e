import { describe, expect, it } from 'vitest';
import { createSemaphore } from '../../src/core/semaphore';

/** Returns tasks that the test ends one by one. `begun` contains the names of the tasks that have begun, in order. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, task, end };
}

describe('a semaphore', () => {
  it('runs as many tasks at once as its limit allows, in order', async () => {
    const semaphore = createSemaphore(2);
    const { begun, task, end } = tasks();
    const all = ['a', 'b', 'c', 'd'].map((name) => semaphore.run(task(name)));
    await end('');
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c', 'd']) await end(name);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('runs urgent tasks before waiting tasks', async () => {
    const semaphore = createSemaphore(1);
    const { begun, task, end } = tasks();
    void semaphore.run(task('first'));
    void semaphore.run(task('usual'));
    void semaphore.run(task('urgent'), { isUrgent: true });
    await end('');
    await end('first');
    await end('urgent');
    expect(begun).toEqual(['first', 'urgent', 'usual']);
  });

  it('reserves several slots for a task that needs several', async () => {
    const semaphore = createSemaphore(2);
    const { begun, task, end } = tasks();
    void semaphore.run(task('one'));
    void semaphore.run(task('pair'), { weight: 2 });
    void semaphore.run(task('late'));
    await end('');
    expect(begun).toEqual(['one']);
    await end('one');
    expect(begun).toEqual(['one', 'pair']);
    await end('pair');
    expect(begun).toEqual(['one', 'pair', 'late']);
  });

  it('frees a slot after a failure', async () => {
    const semaphore = createSemaphore(1);
    const failed = semaphore.run(async () => {
      throw new Error('failed');
    });
    const next = semaphore.run(async () => 'passed');
    await expect(failed).rejects.toThrow('failed');
    expect(await next).toBe('passed');
  });
});
