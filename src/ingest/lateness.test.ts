import { describe, expect, it } from 'vitest';
import type { PunctualityEvent } from '../core/observation.ts';
import { type Delays, Lateness } from './lateness.ts';

const none: Delays = { loopMs: 0, pollMs: 0, queueMs: 0, labMs: 0 };

/** Measures lateness each second of stream time, with the given delays per second. */
function measured(lateness: Lateness, seconds: number, delays: (second: number) => Partial<Delays>, speed = 1) {
  const events: PunctualityEvent[] = [];
  for (let second = 0; second < seconds; second++) {
    const event = lateness.measure(second * 1_000, { ...none, ...delays(second) }, speed);
    if (event !== undefined) events.push(event);
  }
  return events;
}

describe('the lateness of the monitor', () => {
  it('is emitted at its begin and end, and the tolerance ends accordingly later', () => {
    const lateness = new Lateness();
    const events = measured(lateness, 60, (second) => (second === 5 ? { loopMs: 8_000 } : {}));
    expect(events.map(({ time, lateMs, allowMs }) => [time / 1_000, lateMs, allowMs])).toEqual([
      [5, 8_000, 16_000],
      [15, 0, 16_000],
      [23, 0, 0],
    ]);
    expect(events[0]?.cause).toBe('the event loop is blocked');
    expect(lateness.now.lateMs).toBe(0);
  });

  it('is not emitted for delays that are usual on every machine, in the real time of a lab', () => {
    expect(measured(new Lateness(), 60, () => ({ loopMs: 1_900 }))).toEqual([]);
    const atOnce = measured(new Lateness(true), 60, () => ({ loopMs: 1_900 }));
    expect(atOnce.map(({ lateMs, allowMs }) => [lateMs, allowMs])).toEqual([[0, 3_000]]);
    for (const [speed, delay] of [
      [10, 4_000],
      [60, 25_000],
    ] as const) {
      const events = measured(new Lateness(true), 600, () => ({ pollMs: delay }), speed);
      expect(events.map(({ lateMs, allowMs }) => [lateMs, allowMs])).toEqual([[0, 3_000 * speed]]);
    }
  });

  it('gives devices of a lab as much real time at 10× as at 1×: simulated ones responded up to 2.4 s late', () => {
    const [first] = measured(new Lateness(true), 1, () => ({}), 10);
    const silentMs = 36_000;
    const boundMs = 15_000;
    expect(first?.allowMs).toBeGreaterThan(silentMs - boundMs);
    expect((first?.allowMs ?? 0) / 10).toBeLessThanOrEqual(3_000);
  });

  it('is repeated while it lasts, at once when it has grown, with the largest delay', () => {
    const lasting = measured(new Lateness(), 60, () => ({ queueMs: 9_000, labMs: 8_000 }));
    expect(lasting.map(({ time }) => time / 1_000)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(new Set(lasting.map(({ cause }) => cause))).toEqual(new Set(['observations wait for the detectors']));
    const growing = measured(new Lateness(), 9, (second) => ({ labMs: 1_000 * second }));
    expect(growing.map(({ lateMs }) => lateMs)).toEqual([3_000, 4_000, 6_000, 8_000]);
    expect(growing.at(-1)?.cause).toContain('simulated plant');
  });

  it('has a bounded tolerance, so that a device that fails meanwhile is detected', () => {
    const events = measured(new Lateness(), 3_600, (second) => ({ loopMs: second * 1_000 }));
    expect(Math.max(...events.map(({ allowMs }) => allowMs))).toBe(60_000);
  });
});
