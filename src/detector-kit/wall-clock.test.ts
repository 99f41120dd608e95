import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WallClock } from './wall-clock.ts';

const hourMs = 3_600_000;

function read(zone: string, time: number | string): { readonly hour: number; readonly weekday: number; readonly day: number } {
  const clock = new WallClock(zone);
  clock.read(typeof time === 'number' ? time : Date.parse(time));
  return { hour: clock.hour, weekday: clock.weekday, day: clock.day };
}

describe('WallClock', () => {
  it('agrees with Intl at any time in any zone, in any order of calls (property)', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];
    for (const zone of zones) {
      const clock = new WallClock(zone);
      const said = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', hour: 'numeric', weekday: 'short' });
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(1990), max: Date.UTC(2040) }), (time) => {
          clock.read(time);
          const parts = Object.fromEntries(said.formatToParts(time).map(({ type, value }) => [type, value]));
          expect([clock.hour, ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][clock.weekday]]).toEqual([
            Number(parts['hour']),
            parts['weekday'],
          ]);
        }),
        { seed: 1, numRuns: 300 },
      );
    }
  });

  it('skips the hour that summer time removes, and has the hour twice that it repeats', () => {
    const hours = (day: string): number[] =>
      Array.from({ length: 5 }, (_, i) => read('Europe/Berlin', Date.parse(day) + i * hourMs).hour);
    expect(hours('2026-03-29T00:00Z')).toEqual([1, 3, 4, 5, 6]);
    expect(hours('2026-10-25T00:00Z')).toEqual([2, 2, 3, 4, 5]);
  });

  it('counts local days, not days in UTC', () => {
    const [before, after] = ['2026-11-25T22:59Z', '2026-11-25T23:00Z'].map((time) => read('Europe/Berlin', time));
    expect([before?.weekday, after?.weekday, (after?.day ?? 0) - (before?.day ?? 0)]).toEqual([3, 4, 1]);
  });

  it('stays within a day at times outside of the calendar', () => {
    for (const time of [-1e308, -8.7e15, -1, 8.7e15, 1e308]) {
      const { hour, weekday } = read('Europe/Berlin', time);
      expect([hour >= 0 && hour < 24, weekday >= 0 && weekday < 7]).toEqual([true, true]);
    }
  });
});
