// Long: the plant is simulated for two days in steps of a tenth or a hundredth of a second.
import { describe, expect, it } from 'vitest';
import { points } from './points/index.ts';
import { act, plantAt } from './testing.ts';

const counters = points.flatMap(({ name }, i) => (/\.(EP|EQ|EPI|EPE)$/.test(name) ? [i] : []));

describe('a day of 24 hours', () => {
  it.each([
    { kind: 'of normal operation', disturbances: [] },
    { kind: 'with faults and an island', disturbances: ['grid-loss', 'line-broken', 'diesel-test', 'transformer-fault'] },
  ])('$kind has its energy closed within a thousandth, hour by hour', ({ disturbances }) => {
    const plant = plantAt(0, { life: 'ordinary', seed: 6 });
    const before = plant.truth();
    let last = before;
    let read = counters.map((i) => plant.registers[i] ?? 0);
    for (let hour = 0; hour < 24; hour++) {
      const disturbance = disturbances[Math.floor(hour / 6)];
      if (hour % 6 === 2 && disturbance !== undefined) act(plant, disturbance);
      plant.step(3600);
      const now = plant.truth();
      expect(gap(last, now), `hour ${hour}`).toBeLessThan(1e-3);
      last = now;
      const counted = counters.map((i) => plant.registers[i] ?? 0);
      counted.forEach((value, i) => expect(value).toBeGreaterThanOrEqual(read[i] ?? 0));
      read = counted;
    }
    expect(gap(before, last)).toBeLessThan(1e-3);
    expect((last['energy.in'] ?? 0) - (before['energy.in'] ?? 0)).toBeGreaterThan(200_000);
  });
});

describe('a restored plant', () => {
  it('continues bit for bit for an hour with an island, a fault and falsified signals', () => {
    const plant = plantAt(10, { life: 'ordinary', seed: 8 });
    plant.step(700);
    plant.act({ type: 'replay', points: ['F2.P', 'QF2.POS'], lengthS: 600 });
    plant.act({ type: 'sensor-bias', point: 'T1.OIL', offset: 0, driftPerHour: 12 });
    act(plant, 'grid-loss', 5);
    plant.step(20);
    const other = plantAt(3, { life: 'ordinary', seed: 9 });
    other.restore(JSON.parse(JSON.stringify(plant.save())));
    for (let second = 0; second < 3600; second++) {
      if (second === 1200) for (const one of [plant, other]) act(one, 'line-broken', 3);
      plant.step(1);
      other.step(1);
      if (!plant.registers.every((value, i) => Object.is(value, other.registers[i])))
        expect([...other.registers], `second ${second}`).toEqual([...plant.registers]);
    }
    expect(JSON.stringify(other.save())).toBe(JSON.stringify(plant.save()));
  });
});

/** Energy that is neither delivered nor lost, as a share of the energy that came in. */
function gap(from: Readonly<Record<string, number>>, to: Readonly<Record<string, number>>): number {
  const [inward = 0, outward = 0] = ['energy.in', 'energy.out'].map((name) => (to[name] ?? 0) - (from[name] ?? 0));
  return Math.abs(inward - outward) / inward;
}
