import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/core/clock.ts';
import { contextOf } from '../../../test/support/samples.ts';
import { guard } from './guard.ts';

/** A subscription with a keep-alive of 500 ms, and a server whose clock runs at `speed` relative to the test's clock. */
function open(speed = 1) {
  const clock = new VirtualClock(0);
  const life = { answeredAt: 0, busy: false };
  const stop = new AbortController();
  const asked: number[] = [];
  const state = { outcome: 'watching' };
  const running = guard(
    {
      context: contextOf(clock),
      device: 'ua1',
      keepAliveMs: 500,
      life,
      serverTime: async () => {
        asked.push(clock.now());
        return clock.now() / speed;
      },
    },
    stop.signal,
  ).catch((error: unknown) => {
    state.outcome = error instanceof Error ? error.message : String(error);
  });
  return { clock, life, asked, state, stop, running };
}

describe('the watchdog', () => {
  it('sends no request while answers arrive in time', async () => {
    const { clock, life, asked, state, stop, running } = open();
    for (let i = 0; i < 100; i++) {
      await clock.advance(1_200);
      life.answeredAt = clock.monotonic();
    }
    expect(asked).toEqual([]);
    stop.abort();
    await running;
    expect(state.outcome).toMatch(/abort/i);
  });

  it('sends a request after 2.5 keep-alive periods, and ends a session whose subscription is overdue by the server’s own clock', async () => {
    const { clock, asked, state } = open();
    await clock.advance(1_249);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked).toEqual([1_250]);
    await clock.advance(10_000);
    expect(asked).toEqual([1_250, 2_500, 5_000]);
    expect(state.outcome).toContain('silent');
  });

  it('resets the silence on the next answer', async () => {
    const { clock, life, state, stop, running } = open();
    for (let i = 0; i < 20; i++) {
      await clock.advance(2_600);
      life.answeredAt = clock.monotonic();
    }
    expect(state.outcome).toBe('watching');
    stop.abort();
    await running;
  });

  it('raises no alarm in a lab that runs sixty times as fast as the server’s clock', async () => {
    const { clock, life, asked, state, stop, running } = open(60);
    for (let i = 0; i < 20; i++) {
      // one publishing period of the server
      await clock.advance(500 * 60);
      life.answeredAt = clock.monotonic();
    }
    expect(state.outcome).toBe('watching');
    expect(asked.length).toBeLessThan(20 * 8);
    stop.abort();
    await running;
  });

  it('does not take the monitor’s own slowness for silence of the server', async () => {
    const { clock, life, asked, state, stop, running } = open();
    life.busy = true;
    await clock.advance(60_000);
    expect(asked).toEqual([]);
    expect(state.outcome).toBe('watching');
    stop.abort();
    await running;
  });

  it('ends a session whose server returns no time', async () => {
    const clock = new VirtualClock(0);
    const attempt = guard(
      {
        context: contextOf(clock),
        device: 'ua1',
        keepAliveMs: 500,
        life: { answeredAt: 0, busy: false },
        serverTime: async () => Number.NaN,
      },
      new AbortController().signal,
    );
    const outcome = expect(attempt).rejects.toMatchObject({ kind: 'retryable', code: 'DEVICE_TIMEOUT' });
    await clock.advance(2_000);
    await outcome;
  });
});
