// Long: plants are simulated for five to twelve hours in steps of seconds. harm.test.ts has the faults that act within four hours.
import { describe, expect, it } from 'vitest';
import { expectAbout } from '../../../test/support/about.ts';
import { at } from './points/index.ts';
import { minutesUntil, plantAt } from './testing.ts';

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
