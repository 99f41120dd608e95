import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScanJob, ScanSchedule } from './schedule.ts';

type Rates = readonly { readonly periodMs: number; readonly requests: number }[];

const jobsOf = (rates: Rates): ScanJob<string>[] =>
  rates.flatMap(({ periodMs, requests }, rate) =>
    Array.from({ length: requests }, (_, i) => ({ item: `${rate}/${i}`, periodMs })),
  );

/** Polls until `untilMs`, one item at a time, each with a cost of `costMs`. Returns the poll times of each item. */
function run(schedule: ScanSchedule<string>, untilMs: number, costMs: (poll: number) => number): Map<string, number[]> {
  const times = new Map<string, number[]>();
  let now = 0;
  for (let poll = 0; ; poll++) {
    now = Math.max(now, schedule.nextMs());
    const item = now > untilMs ? undefined : schedule.due(now);
    if (item === undefined) return times;
    times.set(item, [...(times.get(item) ?? []), now]);
    schedule.begun(item, now);
    if (schedule.due(now) === item) throw new Error('polled twice at once');
    now += costMs(poll);
    schedule.polled(item, now);
  }
}

const scheduled = (jobs: readonly ScanJob<string>[], phase = 0): ScanSchedule<string> => {
  const schedule = new ScanSchedule<string>(0, () => phase);
  schedule.set(jobs, 0);
  return schedule;
};

describe('the scan schedule', () => {
  it('polls at once, then on a grid that delays do not shift', () => {
    const schedule = scheduled([{ item: 'a', periodMs: 100 }], 0.3);
    expect(run(schedule, 1000, (poll) => (poll % 3) * 20).get('a')).toEqual([0, 130, 230, 330, 430, 530, 630, 730, 830, 930]);
    expect(schedule.skipped).toBe(0);
  });

  it('skips polls that a slow poll has missed, and counts them', () => {
    const schedule = scheduled([{ item: 'a', periodMs: 100 }]);
    expect(run(schedule, 1000, (poll) => (poll === 2 ? 350 : 1)).get('a')).toEqual([0, 100, 200, 600, 700, 800, 900, 1000]);
    expect(schedule.skipped).toBe(3);
  });

  it('spreads the requests of a period evenly over it', () => {
    const times = run(scheduled(jobsOf([{ periodMs: 1000, requests: 10 }]), 0.05), 10_000, () => 1);
    const all = [...times.values()].flatMap((some) => some.slice(1)).toSorted((a, b) => a - b);
    const gaps = all.slice(11, -10).map((time, i) => time - (all[i + 10] ?? 0));
    for (const gap of gaps) expect(gap).toBeCloseTo(100, 6);
  });

  it('keeps unchanged items on their grid when others are added or removed, and puts new ones into the widest gaps', () => {
    const schedule = scheduled(jobsOf([{ periodMs: 1000, requests: 2 }]));
    run(schedule, 5000, () => 0);
    schedule.set(
      [
        { item: '0/0', periodMs: 1000 },
        { item: 'new', periodMs: 1000 },
        { item: 'waiting', periodMs: 1000, waits: true },
      ],
      5100,
    );
    expect(schedule.due(5100)).toBe('new');
    schedule.polled('new', 5100);
    expect(schedule.due(5100)).toBeUndefined();
    const next: [string, number][] = [];
    for (let i = 0; i < 3; i++) {
      const at = schedule.nextMs();
      const item = schedule.due(at) ?? '';
      next.push([item, at]);
      schedule.polled(item, at);
    }
    expect(next).toEqual([
      ['waiting', 5250],
      ['0/0', 6000],
      ['waiting', 6250],
    ]);
    expect(schedule.nextMs()).toBe(6500);
  });

  it('uses only every n-th point of a stretched grid', () => {
    const schedule = scheduled([{ item: 'a', periodMs: 100 }]);
    const times: number[] = [];
    for (let i = 0; i < 6; i++) {
      const at = schedule.nextMs();
      times.push(at);
      schedule.polled('a', at, i < 3 ? 4 : 1);
    }
    expect(times).toEqual([0, 400, 800, 1200, 1300, 1400]);
    expect(schedule.skipped).toBe(0);
  });

  const rates = fc.array(fc.record({ periodMs: fc.integer({ min: 10, max: 1000 }), requests: fc.integer({ min: 1, max: 6 }) }), {
    minLength: 1,
    maxLength: 4,
  });

  it('keeps every rate while possible, with no more delay than the polls before it', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 0, max: 20 }), (some, cost) => {
        const jobs = jobsOf(some);
        const load = jobs.reduce((sum, { periodMs }) => sum + cost / periodMs, 0);
        if (load > 0.5) return;
        const schedule = scheduled(jobs, 0.7);
        const times = run(schedule, 20_000, () => cost);
        expect(schedule.lateMs).toBeLessThanOrEqual(cost * jobs.length + 1e-6);
        for (const { item, periodMs } of jobs) {
          const count = times.get(item)?.length ?? 0;
          if (cost * jobs.length < periodMs) expect(Math.abs(count - 20_000 / periodMs)).toBeLessThanOrEqual(2);
          const gaps = (times.get(item) ?? []).slice(2).map((time, i) => time - (times.get(item)?.[i + 1] ?? 0));
          for (const gap of gaps) expect(gap).toBeGreaterThan(periodMs - cost * (jobs.length + 1) - 1e-6);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('polls every item under any load', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 50 }), (some, cost) => {
        const jobs = jobsOf(some);
        const load = jobs.reduce((sum, { periodMs }) => sum + cost / periodMs, 0);
        const untilMs = 60_000 + 4 * load * 1000;
        const times = run(scheduled(jobs), untilMs, () => cost);
        for (const { item, periodMs } of jobs) {
          // The fair time is one poll in `load` periods; a change of the grid may cost as much again.
          const fair = untilMs / (Math.max(1, load) * periodMs);
          expect(times.get(item)?.length ?? 0).toBeGreaterThan(fair / 2.5 - 2);
        }
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});
