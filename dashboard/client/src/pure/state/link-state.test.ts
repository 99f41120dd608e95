import { describe, expect, it } from 'vitest';
import { linkState, retryDelay, veilAfterMs } from './link-state.ts';

describe('the state of the link', () => {
  it('is live only while frames arrive and samples are recent', () => {
    expect(linkState(300, true, 400, 1000)).toBe('live');
    expect(linkState(300, true, 2001, 1000)).toBe('slow');
    expect(linkState(300, true, Number.NaN, 1000)).toBe('live');
  });

  it('is slow while the monitor reports a delay, however recent the samples are', () => {
    expect(linkState(300, true, 400, 1000, 8_000)).toBe('slow');
    expect(linkState(2500, true, 400, 1000, 8_000)).toBe('reconnecting');
  });

  it('is shown at once when the socket is closed, and veiled within five seconds', () => {
    expect(linkState(100, false, 0, 1000)).toBe('reconnecting');
    expect(linkState(2500, true, 0, 1000)).toBe('reconnecting');
    expect(linkState(veilAfterMs + 1, true, 0, 1000)).toBe('stopped');
    expect(linkState(veilAfterMs + 1, false, 0, 1000)).toBe('stopped');
    expect(veilAfterMs).toBeLessThanOrEqual(5000);
  });
});

describe('the wait before the next attempt', () => {
  it('grows, has a bound, and differs between pages', () => {
    const shortest = [0, 1, 2, 3, 4, 5, 50].map((attempt) => retryDelay(attempt, 0));
    expect(shortest).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500]);
    expect(retryDelay(50, 1)).toBe(15_000);
    expect(retryDelay(3, 0.5)).toBeGreaterThan(retryDelay(3, 0.1));
  });
});
