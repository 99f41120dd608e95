import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { contactChlorine, initialChlorination, instantDemand, stepChlorination } from './chlorination.ts';
import { clearwellChlorine, initialClearwell, stepClearwell } from './clearwell.ts';
import { optimalAlum, settledTarget } from './coagulation.ts';
import { filterStep, initialFilters, stepFilters } from './filters.ts';
import { Noise } from '../../plant-kit/noise.ts';
import { disinfectionRatio } from './plc/dosing.ts';
import { initialPumps, stepPump, suctionMargin, tripCode } from './pumping.ts';

describe('coagulation', () => {
  it('requires 22 mg/L of alum at 8 NTU and 44 at 70', () => {
    expect(optimalAlum(8)).toBeCloseTo(22, 0);
    expect(optimalAlum(70)).toBeCloseTo(44, 0);
  });

  it('is worse with too little and with too much', () => {
    const best = settledTarget(40, optimalAlum(40), 15);
    expect(settledTarget(40, 0.5 * optimalAlum(40), 15)).toBeGreaterThan(2 * best);
    expect(settledTarget(40, 1.5 * optimalAlum(40), 15)).toBeGreaterThan(2 * best);
    expect(settledTarget(40, optimalAlum(40), 4)).toBeGreaterThan(best);
  });
});

describe('a filter', () => {
  it('passes particles that no coagulant has conditioned', () => {
    const turbidity = (conditioning: number): number => {
      const bank = initialFilters([5, 5, 5, 5]);
      stepFilters(bank, 110, 2, conditioning, 12, 1);
      return bank.turbidity;
    };
    expect(turbidity(0)).toBeGreaterThan(10 * turbidity(1));
  });

  it('uses 87 m³ for a wash, all of which leaves as waste or fills the box', () => {
    const bank = initialFilters([30, 5, 5, 5]);
    const filter = bank.filters[0];
    if (filter === undefined) throw new Error('no filter');
    let washed = 0;
    const level = filter.level;
    const stay: readonly (readonly [number, number])[] = [
      [filterStep.drain, 60],
      [filterStep.air, 180],
      [filterStep.airWater, 180],
      [filterStep.water, 420],
      [filterStep.settle, 120],
    ];
    for (const [step, seconds] of stay) {
      filter.step = step;
      for (let s = 0; s < seconds; s++) {
        stepFilters(bank, 0, 0.5, 1, 12, 1);
        washed += bank.wash / 1000;
      }
    }
    const others = bank.filters.slice(1).reduce((sum, other) => sum + 16 * (other.level - 1.8), 0);
    expect(washed).toBeGreaterThan(86);
    expect(washed).toBeLessThan(88);
    expect(bank.wasted - washed).toBeCloseTo(16 * (level - filter.level) - others, 6);
  });
});

describe('the contact channel', () => {
  it('responds to a step of the dose after a quarter of an hour on average at 110 L/s', () => {
    const state = initialChlorination(80, 0);
    state.dose = instantDemand(0) + 1;
    const before = contactChlorine(state);
    let moment = 0;
    let last = 0;
    let mass = 0;
    for (let s = 1; s <= 3600; s++) {
      mass += stepChlorination(state, { flow: 110, turbidity: 0, dose: instantDemand(0) + 1, feed: 1 }, 1);
      moment += (state.outlet - last) * s;
      last = state.outlet;
    }
    expect(last).toBeCloseTo(0.995, 3);
    expect(Math.abs(moment / last - 900)).toBeLessThan(5);
    const { dosed, consumed } = state.account;
    expect(dosed - consumed - mass).toBeCloseTo(contactChlorine(state) - before, 6);
  });
});

describe('the clearwell', () => {
  it('has a time constant of V/Q = 3.8 h at 3 m and 110 L/s', () => {
    const state = initialClearwell(3, 1);
    let hours = 0;
    while (clearwellChlorine(state) > Math.exp(-1)) {
      stepClearwell(
        state,
        { inflow: 110, turbidity: 0.02, chlorineIn: 0, ph: 7.3, outflow: 110, wash: 0, leak: 0, temperature: 15 },
        1,
      );
      hours += 1 / 3600;
    }
    // decay of 0.1 per day makes it slightly shorter
    expect(hours).toBeGreaterThan(3.6);
    expect(hours).toBeLessThan(3.85);
  });

  it('three log of Giardia need a CT of 98 mg·min/L at pH 7.5, 15 °C and 1.2 mg/L by the EPA regression', () => {
    const t10 = (0.6 * 3 * 500) / 0.1 / 60;
    const requiredPerLog = (1.2 * t10) / disinfectionRatio(1.2, 3, 100, 7.5, 15);
    expect(Math.abs(3 * requiredPerLog - 98)).toBeLessThan(1);
  });
});

describe('a high-lift pump', () => {
  const run = (level: number, seconds: number, flow = 76, wear = 0) => {
    const [pump] = initialPumps([0]);
    if (pump === undefined) throw new Error('no pump');
    pump.wear = wear;
    const noise = new Noise(new Random(1));
    for (let s = 0; s < seconds; s++) stepPump(pump, true, pump.speed > 0.5 ? flow : 0, level, 1, noise, 'P');
    return pump;
  };

  it('uses 53 kW and 93 A at 78 L/s', () => {
    const pump = run(3, 60, 78);
    expect(pump.power).toBeGreaterThan(51);
    expect(pump.power).toBeLessThan(56);
    expect(pump.current).toBeGreaterThan(89);
    expect(pump.current).toBeLessThan(99);
  });

  it('cavitates below 0.6 m at 78 L/s and is stopped by its float at 0.4 m', () => {
    expect(suctionMargin(78, 0.62)).toBeGreaterThan(0);
    expect(suctionMargin(78, 0.55)).toBeLessThan(0);
    expect(run(0.5, 60, 78).vibration).toBeGreaterThan(2 * run(3, 60, 78).vibration);
    const dry = run(0.39, 30);
    expect(dry.trip).toBe(tripCode.dryRun);
    expect(dry.speed).toBe(0);
  });

  it('trips on a worn bearing', () => {
    expect(run(3, 3600).trip).toBe(tripCode.none);
    expect(run(3, 3600, 76, 0.5).trip).toBe(tripCode.none);
    expect(run(3, 3600, 76, 0.5).vibration).toBeGreaterThan(4);
    expect(run(3, 600, 76, 0.95).trip).toBe(tripCode.vibration);
  });
});
