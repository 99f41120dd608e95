import { describe, expect, it } from 'vitest';
import { TaskScope } from './scope.ts';

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  const { promise, reject } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  await promise;
};

describe('TaskScope', () => {
  it('stops and awaits its tasks when it is disposed', async () => {
    let ended = false;
    {
      await using scope = new TaskScope();
      scope.start(async (signal) => {
        await untilAborted(signal).catch(() => {});
        ended = true;
      });
    }
    expect(ended).toBe(true);
  });

  it('stops the others when one fails, and throws its error', async () => {
    const scope = new TaskScope();
    let stopped = false;
    scope.start(async (signal) => {
      await untilAborted(signal).catch(() => {});
      stopped = true;
    });
    scope.start(async () => {
      throw new Error('first');
    });
    await expect(scope.join()).rejects.toThrow('first');
    expect(stopped).toBe(true);
  });

  it('does not count a requested abort as a failure', async () => {
    const parent = new AbortController();
    const scope = new TaskScope(parent.signal);
    scope.start(untilAborted);
    parent.abort();
    await scope.join();
  });
});
