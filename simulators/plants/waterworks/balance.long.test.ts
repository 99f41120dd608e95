// Long: three days of the plant are simulated to the minute.
import { beforeAll, describe, expect, it } from 'vitest';
import { plantAt, register } from './testing.ts';

/** Samples of one plant over several days, one per minute. */
interface Run {
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  readonly minutes: readonly Readonly<Record<string, number>>[];
  /** Filtered turbidity of filters in service. */
  readonly filtered: readonly number[];
  /** Largest change of a register within a minute, per hour. */
  readonly rates: Readonly<Record<string, number>>;
}

const days = 3;
let run: Run;

beforeAll(async () => {
  const plant = await plantAt(0, { life: 'calibration', seed: 3 });
  const before = plant.truth();
  const minutes: Readonly<Record<string, number>>[] = [];
  const filtered: number[] = [];
  const rates: Record<string, number> = {};
  const last: Record<string, number> = {};
  for (let minute = 0; minute < days * 1440; minute++) {
    plant.step(60);
    minutes.push(plant.truth());
    for (const n of [1, 2, 3, 4]) if (register(plant, `FL${n}.ST`) === 0) filtered.push(register(plant, `FL${n}.TU`));
    for (const name of ['CW.LT01', 'T1.LT']) {
      const value = register(plant, name);
      if (minute > 0) rates[name] = Math.max(rates[name] ?? 0, 60 * Math.abs(value - (last[name] ?? value)));
      last[name] = value;
    }
  }
  run = { before, after: plant.truth(), minutes, filtered, rates };
});

function change(name: string): number {
  return (run.after[name] ?? Number.NaN) - (run.before[name] ?? Number.NaN);
}

function range(name: string): [low: number, high: number] {
  const values = run.minutes.map((minute) => minute[name] ?? Number.NaN);
  return [Math.min(...values), Math.max(...values)];
}

describe('water', () => {
  it('is conserved by the network to within 0.01 %', () => {
    const error = change('network.pumped') - change('network.delivered') - change('network.stored');
    expect(Math.abs(error)).toBeLessThan(1e-4 * change('network.pumped'));
  });

  it('is conserved by filters and clearwell to rounding', () => {
    const filters =
      change('raw.volume') +
      change('clearwell.washed') -
      change('clearwell.received') -
      change('filters.wasted') -
      change('filters.stored');
    const clearwell =
      change('clearwell.received') -
      change('network.pumped') -
      change('clearwell.washed') -
      change('clearwell.overflowed') -
      500 * change('clearwell.level');
    expect(Math.abs(filters)).toBeLessThan(1e-4);
    expect(Math.abs(clearwell)).toBeLessThan(1e-4);
  });
});

describe('chlorine', () => {
  it('dosed equals chlorine consumed, decayed, delivered, lost and stored, in the works to rounding', () => {
    const error =
      change('chlorine.dosed') -
      change('chlorine.consumed') -
      change('contact.stored') -
      change('clearwell.stored') -
      change('clearwell.decayed') -
      change('clearwell.chlorineLost') -
      change('network.chlorine.entered') -
      change('network.chlorine.waiting');
    expect(Math.abs(error)).toBeLessThan(1e-3);
  });

  it('in the network is conserved to rounding, nodes to within 0.001 %', () => {
    const error =
      change('network.chlorine.entered') -
      change('network.chlorine.delivered') -
      change('network.chlorine.decayed') -
      change('network.chlorine.stored') -
      change('network.chlorine.unbalanced');
    expect(Math.abs(error)).toBeLessThan(1e-3);
    expect(Math.abs(change('network.chlorine.unbalanced'))).toBeLessThan(1e-5 * change('network.chlorine.entered'));
  });

  it('decreases along the flow: clearwell, main zone, dead end of the high zone', () => {
    const mean = (name: string): number => run.minutes.reduce((sum, minute) => sum + (minute[name] ?? 0), 0) / run.minutes.length;
    expect(mean('clearwell.chlorine')).toBeGreaterThan(mean('chlorine.J5'));
    expect(mean('chlorine.J5')).toBeGreaterThan(mean('chlorine.H4'));
    expect(mean('chlorine.H4')).toBeGreaterThan(0.15);
  });
});

describe('a plant in normal operation', () => {
  it('moves its tanks within their daily bands', () => {
    const bands: Readonly<Record<string, readonly [number, number]>> = {
      'clearwell.level': [1.7, 4.2],
      'tank1.level': [3.2, 5.7],
      'tank2.level': [1.9, 5.9],
      'tank3.level': [3, 4.6],
    };
    for (const [name, [low, high]] of Object.entries(bands)) {
      const [lowest, highest] = range(name);
      expect(lowest, name).toBeGreaterThan(low);
      expect(highest, name).toBeLessThan(high);
    }
  });

  it('has a period of 24 hours and no other', () => {
    const level = run.minutes.map((minute) => minute['tank1.level'] ?? 0);
    const mean = level.reduce((sum, x) => sum + x, 0) / level.length;
    const likeness = (lag: number): number => {
      let sum = 0;
      for (let i = 0; i + lag < level.length; i++) sum += ((level[i] ?? 0) - mean) * ((level[i + lag] ?? 0) - mean);
      return sum / (level.length - lag);
    };
    const lags = Array.from({ length: 37 }, (_, i) => 720 + 30 * i);
    const best = lags.reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
    expect(Math.abs(best - 1440)).toBeLessThanOrEqual(30);
  });

  it('disinfects, filters and supplies', () => {
    expect(range('disinfection.ratio')[0]).toBeGreaterThan(1);
    const clear = run.filtered.filter((turbidity) => turbidity < 0.3).length;
    expect(clear / run.filtered.length).toBeGreaterThan(0.95);
    for (const id of ['J5', 'J8', 'J10', 'J14', 'L1', 'L4', 'H1', 'H4']) expect(range(`pressure.${id}`)[0]).toBeGreaterThan(30);
    expect(range('station.margin')[0]).toBeGreaterThan(0.5);
  });

  it('shows no level that changes faster than water can flow', () => {
    // 0.2 m³/s on 500 m² and on 254 m², plus the sensors' noise and resolution between two readings
    expect(run.rates['CW.LT01']).toBeLessThan(1.5 + 60 * 0.025);
    expect(run.rates['T1.LT']).toBeLessThan(2.8 + 60 * 0.045);
  });
});
