// Long: the plant is simulated for fourteen days in steps of seconds. harm.test.ts has the faults that act within four hours.
import { describe, expect, it } from 'vitest';
import { expectAbout } from '../../../test/support/about.ts';
import { Random } from '../../../src/core/random.ts';
import { initialState } from './initial.ts';
import { live } from './life.ts';
import { Noise } from '../../plant-kit/noise.ts';
import type { Waterworks } from './plant.ts';
import { at } from './points/index.ts';
import { minutesUntil, plantAt, register } from './testing.ts';

/** Reads the registers every ten seconds and counts the acts of normal operation. */
function watch(plant: Waterworks, hours: number): Record<string, number> {
  const seen: Record<string, number> = {};
  const count = (name: string): void => void (seen[name] = (seen[name] ?? 0) + 1);
  const last = new Map<string, number>();
  const changed = (name: string): boolean => {
    const value = register(plant, name);
    const before = last.get(name);
    last.set(name, value);
    return before !== undefined && before !== value;
  };
  let held = 0;
  for (let s = 0; s < hours * 3600; s += 10) {
    plant.step(10);
    if (changed('CG.TRIM')) count('jar-test');
    if (changed('CL.SP')) count('chlorine-sp');
    if (changed('CL.P2.RUN') && changed('CL.P1.RUN')) count('tank-swap');
    if (changed('PS.LEAD')) count('lead-rotation');
    held = changed('CL.AT01') ? 0 : held + 10;
    if (held === 500) count('analyser-calibration');
    for (const n of [1, 2, 3, 4]) {
      if (!changed(`FL${n}.ST`)) continue;
      if (register(plant, `FL${n}.ST`) === 1) count('wash');
      if (register(plant, `FL${n}.ST`) === 7) count('filter-maintenance');
    }
    if ((plant.truth()['draw.flow'] ?? 0) > 0) count('hydrant-flush');
    if ((plant.truth()['river.rain'] ?? 0) > 6) count('rain');
  }
  return seen;
}

describe('normal operation', () => {
  it.each([1, 2])('for a calibration contains each normal act within three days (seed %d)', async (seed) => {
    const seen = watch(await plantAt(6, { life: 'calibration', seed }), 72);
    for (const act of [
      'jar-test',
      'chlorine-sp',
      'lead-rotation',
      'analyser-calibration',
      'wash',
      'filter-maintenance',
      'hydrant-flush',
      'rain',
    ]) {
      expect(seen[act] ?? 0, act).toBeGreaterThan(0);
    }
  });

  it('for a calibration keeps the chlorine set-point within 0.9–1.1 mg/L', async () => {
    const plant = await plantAt(6, { life: 'calibration', seed: 4 });
    const values = new Set<number>();
    for (let hour = 0; hour < 72; hour++) {
      plant.step(3600);
      values.add(register(plant, 'CL.SP'));
    }
    expect(values.size).toBeGreaterThan(1);
    for (const value of values) expect([0.9, 1, 1.1]).toContain(value);
  });

  it('for a calibration contains both usual changes of the chlorine set-point within three days, for any seed', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const from = Date.UTC(2026, 4, 5, seed % 24);
      const noise = new Noise(new Random(seed).fork('waterworks'));
      const state = initialState(from, 'calibration', from, noise);
      const values = new Set<number>();
      for (; state.time < from + 3 * 86_400_000; state.time += 600_000) {
        live(state, 'calibration', 600, noise);
        values.add(state.memory[at('CL.SP')] as number);
      }
      expect(
        [...values].toSorted((a, b) => a - b),
        `seed ${seed}`,
      ).toEqual([0.9, 1, 1.1]);
    }
  });

  it('without acts changes no setting', async () => {
    const plant = await plantAt(6);
    const fixed = ['CG.TRIM', 'CL.SP', 'PRV1.SP', 'SP.T1ON1'].map(at);
    const before = fixed.map((index) => plant.registers[index]);
    plant.step(36 * 3600);
    expect(fixed.map((index) => plant.registers[index])).toEqual(before);
  });

  it('does not change a chlorine set-point that is far from the usual ones', async () => {
    const plant = await plantAt(6, { life: 'calibration', seed: 4 });
    plant.write(at('CL.SP'), 0.3);
    plant.step(48 * 3600);
    expect(register(plant, 'CL.SP')).toBe(0.3);
  });

  it('rotates the lead at midnight, with a pump running at all times', async () => {
    const plant = await plantAt(23.8);
    const lead = register(plant, 'PS.LEAD');
    let least = Number.POSITIVE_INFINITY;
    for (let s = 0; s < 1800; s++) {
      plant.step(1);
      least = Math.min(least, register(plant, 'PS.FT01'));
    }
    expect(register(plant, 'PS.LEAD')).toBe((lead % 4) + 1);
    expect(register(plant, `PS.P${register(plant, 'PS.LEAD')}.RUN`)).toBe(1);
    expect(least).toBeGreaterThan(50);
  });
});

/** Reference times are those of the design document; see README.md for differences and their reasons. */
describe('a fault or attack takes the time that physics requires', () => {
  it('clearwell level stuck at 4.2 m at 06:00: it empties and the pumps trip dry', async () => {
    const plant = await plantAt(6);
    plant.act({ type: 'sensor-stuck', point: 'CW.LT01', value: 4.2 });
    const { low, cavitation } = minutesUntil(
      plant,
      {
        low: (truth) => (truth['clearwell.level'] ?? 9) < 1,
        cavitation: (truth) => (truth['clearwell.level'] ?? 9) < 0.5,
      },
      9,
    );
    expectAbout(low, 276);
    expectAbout(cavitation, 318);
    plant.step(3600);
    expect(plant.truth()['station.running']).toBe(0);
  });

  it('chlorine dosing off: contact, clearwell, disinfection', async () => {
    const plant = await plantAt(6);
    plant.act({ type: 'act', name: 'chlorine-off' });
    const { contact, clearwell, disinfection, gone } = minutesUntil(
      plant,
      {
        contact: (truth) => (truth['contact.chlorine'] ?? 9) < 0.5,
        clearwell: (truth) => (truth['clearwell.chlorine'] ?? 9) < 0.5,
        disinfection: (truth) => (truth['disinfection.ratio'] ?? 9) < 1,
        gone: (truth) => (truth['clearwell.chlorine'] ?? 9) < 0.2,
      },
      9,
    );
    // 15 min at 110 L/s; longer at the 70–80 L/s of the morning
    expect(contact).toBeGreaterThan(15);
    expect(contact).toBeLessThan(28);
    expectAbout(clearwell, 234);
    expectAbout(disinfection, 336);
    expectAbout(gone, 414);
  });

  it('chlorine set-point at 0.3 mg/L', async () => {
    const plant = await plantAt(6);
    plant.write(at('CL.SP'), 0.3);
    const { contact, clearwell, disinfection } = minutesUntil(
      plant,
      {
        contact: (truth) => (truth['contact.chlorine'] ?? 9) < 0.5,
        clearwell: (truth) => (truth['clearwell.chlorine'] ?? 9) < 0.5,
        disinfection: (truth) => (truth['disinfection.ratio'] ?? 9) < 1,
      },
      11,
    );
    expectAbout(contact, 30, 0.5);
    expectAbout(clearwell, 372);
    expectAbout(disinfection, 480);
  });

  it('storm with the raw turbidity frozen, and the same storm with correct dosing', async () => {
    const plant = await plantAt(6);
    const healthy = await plantAt(6);
    plant.act({ type: 'sensor-stuck', point: 'RW.TU01', value: 8 });
    for (const one of [plant, healthy]) one.act({ type: 'act', name: 'storm' });
    const { settled, over, far } = minutesUntil(
      plant,
      {
        settled: (truth) => (truth['settled.turbidity'] ?? 0) > 5,
        over: (truth) => (truth['filters.turbidity'] ?? 0) > 0.3,
        far: (truth) => (truth['filters.turbidity'] ?? 0) > 1,
      },
      3,
    );
    expectAbout(settled, 31);
    expectAbout(over, 34);
    expectAbout(far, 51);
    let worst = 0;
    minutesUntil(healthy, { never: (truth) => ((worst = Math.max(worst, truth['filters.turbidity'] ?? 0)), false) }, 12);
    expect(worst).toBeLessThan(0.4);
  });
});
