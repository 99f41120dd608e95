import { describe, expect, it } from 'vitest';
import { expectAbout } from '../../../test/support/about.ts';
import { at } from './points/index.ts';
import { minutesUntil, plantAt } from './testing.ts';

/** Reference times are those of the design document; see README.md for differences and their reasons. */
describe('a fault or attack takes the time that physics requires', () => {
  it.each([
    [6, 92],
    [1, 120],
  ])('clearwell level stuck at 2.0 m from %d:00: the real one overflows', async (hour, reference) => {
    const plant = await plantAt(hour);
    plant.act({ type: 'sensor-stuck', point: 'CW.LT01', value: 2 });
    const { overflow } = minutesUntil(plant, { overflow: (truth) => (truth['clearwell.level'] ?? 0) > 4.5 }, 4);
    // depends on the level at the start, which the previous day determines
    expectAbout(overflow, reference, 0.35);
  });

  it('high-lift pumps stopped at 06:30 by coil writes every 2 s: tanks and town run dry', async () => {
    const plant = await plantAt(6.5);
    const coils = [1, 2, 3, 4].map((n) => at(`PS.P${n}.CMD`));
    const stop = (): void => coils.forEach((coil) => plant.write(coil, 0));
    const { low, t1, t2, town } = minutesUntil(
      plant,
      {
        low: (truth) => (truth['tank1.level'] ?? 9) < 1,
        t1: (truth) => (truth['tank1.level'] ?? 9) < 0.31,
        t2: (truth) => (truth['tank2.level'] ?? 9) < 0.31,
        town: (truth) => (truth['pressure.J10'] ?? 99) < 1,
      },
      5,
      2,
      stop,
    );
    expectAbout(low, 150);
    expectAbout(t1, 174);
    expectAbout(t2, 192);
    expectAbout(town, 198);
  });

  it('T1 level stuck at 3.0 m at 23:00: T1 and T2 are full', async () => {
    const plant = await plantAt(23);
    plant.act({ type: 'sensor-stuck', point: 'T1.LT', value: 3 });
    const { t1, t2 } = minutesUntil(
      plant,
      { t1: (truth) => (truth['tank1.level'] ?? 0) > 5.99, t2: (truth) => (truth['tank2.level'] ?? 0) > 5.99 },
      4,
    );
    expectAbout(t1, 64);
    expectAbout(t2, 109);
  });

  it('alum off: particles pass long before the settled turbidity shows it', async () => {
    const plant = await plantAt(6);
    plant.act({ type: 'act', name: 'alum-off' });
    const { over, far } = minutesUntil(
      plant,
      {
        over: (truth) => (truth['filters.turbidity'] ?? 0) > 0.3,
        far: (truth) => (truth['filters.turbidity'] ?? 0) > 1,
      },
      3,
    );
    expectAbout(over, 17);
    expectAbout(far, 43);
  });

  it('reducing valve at 12 m: the low zone has less than 10 m at once; at 62 m it has more than 60 m', async () => {
    const plant = await plantAt(8);
    plant.write(at('PRV1.SP'), 12);
    plant.step(20);
    expect(plant.truth()['pressure.L6']).toBeLessThan(10.5);
    plant.write(at('PRV1.SP'), 62);
    plant.step(60);
    expect(plant.truth()['pressure.L2']).toBeGreaterThan(60);
  });

  it('boosters forced off at 06:00: the high zone runs dry', async () => {
    const plant = await plantAt(6);
    const coils = [1, 2].map((n) => at(`B${n}.CMD`));
    const level = plant.truth()['tank3.level'] ?? 0;
    const { empty, dry } = minutesUntil(
      plant,
      { empty: (truth) => (truth['tank3.level'] ?? 9) < 0.31, dry: (truth) => (truth['pressure.H4'] ?? 99) < 1 },
      6,
      2,
      () => coils.forEach((coil) => plant.write(coil, 0)),
    );
    // three hours from 3.6 m; the time depends on the level at the start
    expectAbout(empty, (186 * (level - 0.3)) / 3.3, 0.3);
    expect(dry - empty).toBeLessThan(10);
  });
});
