import { describe, expect, it } from 'vitest';
import { PacedClock, VirtualClock } from './clock.ts';

describe('VirtualClock', () => {
  it('wakes sleepers in the order of their times, including repeated sleeps', async () => {
    const clock = new VirtualClock(1000);
    const woken: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name}@${clock.now()}`);
      await clock.sleep(ms);
      woken.push(`${name}@${clock.now()}`);
    };
    const all = [sleeper('b', 20), sleeper('a', 15)];
    await clock.advance(100);
    await Promise.all(all);
    expect(woken).toEqual(['a@1015', 'b@1020', 'a@1030', 'b@1040']);
    expect(clock.now()).toBe(1100);
  });

  it('rejects a sleeper whose signal aborts', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const sleeping = clock.sleep(10, stop.signal);
    stop.abort();
    await expect(sleeping).rejects.toThrow('abort');
  });
});

describe('PacedClock', () => {
  it('runs at its speed and stops while paused', async () => {
    const wall = new VirtualClock(0);
    const clock = new PacedClock({ plantMs: 5000, wallMs: 0, speed: 10 }, wall);
    wall.set(100);
    expect(clock.now()).toBe(6000);
    clock.setPace({ plantMs: 6000, wallMs: 100, speed: 0 });
    wall.set(10_000);
    expect(clock.now()).toBe(6000);
  });

  it('applies a new speed to the rest of a sleep', async () => {
    const wall = new VirtualClock(0);
    const clock = new PacedClock({ plantMs: 0, wallMs: 0, speed: 1 }, wall);
    let woken = Number.NaN;
    const sleeping = clock.sleep(1000).then(() => {
      woken = wall.now();
    });
    await wall.advance(400);
    clock.setPace({ plantMs: 400, wallMs: 400, speed: 6 });
    await wall.advance(1000);
    await sleeping;
    expect(woken).toBe(500);
  });
});
