import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import { LiveTime } from './live-time.ts';

describe('the time of a live packet', () => {
  /** Stream time, machine time and packet time have different origins. */
  const begun = () => {
    const stream = new VirtualClock(9_000_000);
    const machine = new VirtualClock(0);
    const time = new LiveTime(stream, machine);
    const pass = (ms: number): void => {
      stream.set(stream.now() + ms);
      machine.set(machine.now() + ms);
    };
    return { time, pass };
  };

  it("is the monitor's time minus the extra time in a buffer, relative to the fastest packet", () => {
    const { time, pass } = begun();
    expect(time.of(5_000)).toBe(9_000_000);
    pass(100);
    // both were read together: the first one had waited
    expect([time.of(5_060), time.of(5_090)]).toEqual([9_000_060, 9_000_090]);
    pass(5);
    expect(time.of(5_105)).toBe(9_000_105);
  });

  it('keeps the time between request and response if both are read together', () => {
    const { time, pass } = begun();
    time.of(1_000);
    pass(500);
    expect(time.of(1_480.25) - time.of(1_470)).toBe(10.25);
  });

  it('is the time of reading if the packet has no time, or a clock was set', () => {
    const { time, pass } = begun();
    time.of(5_000);
    pass(1_000);
    expect(time.of(Number.NaN)).toBe(9_001_000);
    expect(time.of(-3_600_000)).toBe(9_001_000);
    pass(31_000);
    time.of(-3_569_000);
    pass(31_000);
    expect(time.of(-3_538_010)).toBe(9_062_990);
  });
});
