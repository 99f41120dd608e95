import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { allowance, describePromise } from './budget.ts';
import { calibrateNow } from './index.ts';
import { mostObserved, poissonInterval } from './prediction.ts';
import { alertsIn, dayMs, optionsOf, running } from './testing.ts';

/** Events of a Poisson process in one unit of time at a rate. */
function poisson(random: Random, rate: number): number {
  let count = 0;
  for (let time = -Math.log(1 - random.next()); time < rate; time -= Math.log(1 - random.next())) count++;
  return count;
}

describe('the interval of a rate', () => {
  it.each([
    [0, 0, 2.303],
    [1, 0.105, 3.89],
    [10, 6.221, 15.407],
  ])('of %d events is that of Garwood (1936)', (count, low, high) => {
    const interval = poissonInterval(count, 0.8);
    expect(interval.low).toBeCloseTo(low, 2);
    expect(interval.high).toBeCloseTo(high, 2);
  });

  it('contains the mean of a count at least as often as stated', () => {
    const random = new Random(5);
    for (const mean of [0.3, 2, 9]) {
      const rounds = 1_000;
      const contained = Array.from({ length: rounds }, () => poissonInterval(poisson(random, mean), 0.8)).filter(
        ({ low, high }) => low <= mean && mean <= high,
      );
      expect(contained.length / rounds).toBeGreaterThan(0.78);
    }
  });

  it('is in the text of a promise', () => {
    const { text } = describePromise(12, allowance(12, 3 * dayMs, 3_000), 10);
    expect(text).toMatch(/^At most 12 alerts per day .* 2\.1–5\.1 alerts per day are expected\.$/);
  });
});

describe('the bound from a count', () => {
  it('holds nine times in ten for the next week, at any rate', () => {
    const random = new Random(3);
    for (const perDay of [0.5, 1, 2, 3]) {
      const rounds = 2_000;
      let wrong = 0;
      for (let round = 0; round < rounds; round++) {
        const seen = poisson(random, 3 * perDay);
        const coming = poisson(random, 7 * perDay);
        // a promise that is made and broken is wrong
        if (seen <= mostObserved(3, 7, 16, 0.9) && coming > 16) wrong++;
      }
      expect(wrong / rounds).toBeLessThan(0.1);
    }
  });

  it('agrees with the explicit binomial', () => {
    // 1 seen in an equal time: 4 or fewer come unless P(Bin(6, 1/2) ≤ 1) = 7/64 is too much
    expect(mostObserved(1, 1, 4, 1 - 7 / 64 - 1e-9)).toBe(1);
    expect(mostObserved(1, 1, 4, 1 - 7 / 64 + 1e-9)).toBe(0);
    expect(mostObserved(1, 7, 0, 0.9)).toBe(-1);
  });
});

describe('the allowance', () => {
  it('leaves room for chance, more after a shorter time', () => {
    expect(allowance(2.4, 3 * dayMs, 1e9)).toMatchObject({ alerts: 2, promised: true, missingDays: 0 });
    const [week, month] = [7, 30].map((days) => allowance(2.4, days * dayMs, 1e9).alerts / days) as [number, number];
    expect(week).toBeGreaterThan(2 / 3);
    expect(month).toBeGreaterThan(week);
    expect(month).toBeLessThan(2.4);
  });

  it('exists for every budget with three expected alerts, for any size', () => {
    for (const perDay of [0.05, 0.1, 1, 2.4, 24, 240]) {
      expect(allowance(perDay, (3.001 / perDay) * dayMs, 1e9)).toMatchObject({ promised: true });
      expect(
        mostObserved(3.001 / perDay, Math.max(7, 3 / perDay), Math.floor(Math.max(7 * perDay, 3)), 0.9),
      ).toBeGreaterThanOrEqual(0);
      const { promised, missingDays } = allowance(perDay, (2 / perDay) * dayMs, 1e9);
      expect(promised).toBe(false);
      expect(missingDays).toBeCloseTo(1 / perDay, 6);
    }
  });

  it('is a promise only if a count of none proves the budget, and states the necessary time', () => {
    for (let perDay = 0.05; perDay < 50; perDay *= 1.6)
      for (let days = 1 / 24; days < 60; days *= 1.4) {
        const { promised, missingDays, aim } = allowance(perDay, days * dayMs, 1e9);
        const coming = Math.max(7, 3 / perDay);
        const proven = mostObserved(days, coming, Math.floor(perDay * coming), 0.9) >= 0;
        expect(promised).toBe(perDay * days >= 3 && proven);
        expect(aim).toBeGreaterThan(0);
        if (promised) continue;
        expect(missingDays).toBeGreaterThan(0);
        expect(allowance(perDay, (days + missingDays * 1.001) * dayMs, 1e9).promised).toBe(true);
      }
  });

  it('states the missing days', () => {
    const text = (perDay: number, days: number, alerts = 0): string =>
      describePromise(perDay, allowance(perDay, days * dayMs, 1e9), alerts).text;
    expect(text(2.4, 1)).toContain('6 h more of normal operation are needed');
    expect(text(0.1, 3)).toContain('27 d more of normal operation are needed');
    expect(text(2.4, 3, 9)).toContain('holdout folds still raise 9');
    expect(text(2.4, 1.5, 1)).toContain(
      'holdout folds raise 1 in 1 d 12 h of normal operation, and only 0 would prove it. 7 h more',
    );
    expect(describePromise(2.4, allowance(2.4, 3 * dayMs, 1e9), 9)).toMatchObject({ promised: false, missingDays: 3 });
  });
});

describe('the budget', () => {
  it('of a position is kept beside that of the plant, by its own areas only', () => {
    const positions = [{ name: 'one', areas: ['a'], budgetPerDay: 1.2 }];
    const options = { ...optionsOf(24), positions };
    const source = () => running(3, 1, 12);
    const { calibration } = calibrateNow(options, source);
    const plain = calibrateNow({ ...options, positions: [] }, source).calibration;
    expect(plain.positions).toBeUndefined();
    expect(calibration.positions).toMatchObject([{ name: 'one', budgetPerDay: 1.2, promised: true }]);
    const thresholds = (of: typeof calibration, tag: number): number =>
      of.detectors['deviation']?.thresholds[`T${tag}`]?.begin ?? 0;
    for (const tag of [0, 1, 2]) expect(thresholds(calibration, tag)).toBeGreaterThan(thresholds(plain, tag));
    for (const tag of [3, 4]) expect(thresholds(calibration, tag)).toBe(thresholds(plain, tag));
    const tight = calibrateNow({ ...options, positions: [{ name: 'one', areas: ['a'], budgetPerDay: 0.5 }] }, source).calibration;
    expect(tight.positions?.[0]).toMatchObject({ promised: false, achievedPerDay: 0, missingDays: 3 });
    expect(tight.positions?.[0]?.text).toContain(
      'raised until no holdout fold raised an alert. 3 d more of normal operation are needed',
    );
    const areas = alertsIn(calibration, running(7, 2, 12));
    expect(areas.filter((area) => area === 'a').length).toBeLessThanOrEqual(7 * 1.2);
    expect(areas.length).toBeLessThanOrEqual(7 * 24);
  });
});
