import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import { networkOf } from '../server/client-address.ts';
import { type AttemptSource, LoginThrottle } from './login-throttle.ts';

describe('the throttle of sign-ins', () => {
  const failures = (throttle: LoginThrottle, times: number, source: AttemptSource = { address: 'a', name: 'n' }): void => {
    for (let i = 0; i < times; i++) throttle.begin(source).failed();
  };
  const waitOf = (throttle: LoginThrottle, source: AttemptSource): number => {
    try {
      throttle.begin(source).abandoned();
      return 0;
    } catch (error) {
      return (error as { body: { retryAfterMs?: number } }).body.retryAfterMs ?? Number.NaN;
    }
  };

  it('doubles the wait up to 5 min, and forgets after 15 min', async () => {
    const clock = new VirtualClock(0);
    const throttle = new LoginThrottle(clock);
    const source = { address: 'a', name: 'n' };
    failures(throttle, 4, source);
    const waits: number[] = [];
    for (let i = 0; i < 11; i++) {
      failures(throttle, 1, source);
      waits.push(waitOf(throttle, source));
      await clock.advance(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((s) => s * 1000));
    await clock.advance(16 * 60_000);
    failures(throttle, 4, source);
    expect(waitOf(throttle, source)).toBe(0);
    failures(throttle, 1, source);
    expect(waitOf(throttle, source)).toBe(1000);
  });

  it('gives parallel guesses no additional attempts, and counts only checked ones', () => {
    const throttle = new LoginThrottle(new VirtualClock(0));
    const source = { address: 'a', name: 'n' };
    const pending = Array.from({ length: 5 }, () => throttle.begin(source));
    expect(waitOf(throttle, source)).toBe(1000);
    for (const attempt of pending) attempt.abandoned();
    failures(throttle, 4, source);
    expect(waitOf(throttle, source)).toBe(0);
  });

  it('counts each name and each known device separately', () => {
    const throttle = new LoginThrottle(new VirtualClock(0));
    failures(throttle, 5);
    expect(waitOf(throttle, { address: 'b', name: 'n' })).toBe(1000);
    expect(waitOf(throttle, { address: 'b', name: 'other' })).toBe(0);
    expect(waitOf(throttle, { address: 'a', name: 'n', device: 'd' })).toBe(0);
    // a device that has used up its own allowance counts as unknown
    failures(throttle, 10, { address: 'a', name: 'n', device: 'd' });
    expect(waitOf(throttle, { address: 'a', name: 'n', device: 'd' })).toBe(1000);
    expect(waitOf(throttle, { address: 'a', name: 'other', device: 'e' })).toBe(0);
  });

  it('resets a name after a success, and keeps the failures of its address', () => {
    const throttle = new LoginThrottle(new VirtualClock(0));
    for (let i = 0; i < 19; i++) failures(throttle, 1, { address: 'a', name: `n${i}` });
    failures(throttle, 4, { address: 'b', name: 'mine' });
    throttle.begin({ address: 'a', name: 'mine' }).succeeded();
    failures(throttle, 4, { address: 'b', name: 'mine' });
    expect(waitOf(throttle, { address: 'c', name: 'mine' })).toBe(0);
    failures(throttle, 2, { address: 'a' });
    expect(waitOf(throttle, { address: 'a', name: 'x' })).toBeGreaterThan(0);
  });
});

describe('the counted part of an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('is of %s %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
