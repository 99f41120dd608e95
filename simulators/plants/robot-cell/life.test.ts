import { describe, expect, it } from 'vitest';
import { newCell, register, truth } from './testing.ts';

describe('some hours of operation', () => {
  it('has breaks, checks, stops by persons and restarts; most of the time parts are made', () => {
    const plant = newCell({ life: 'calibration', seed: 7, startTime: Date.UTC(2026, 4, 5, 5) });
    const before = plant.truth();
    const seen = { states: new Set<number>(), estop: 0, curtain: 0, slow: 0, running: 0 };
    for (let s = 0; s < 4 * 3600; s++) {
      plant.step(1);
      seen.states.add(register(plant, 'CELL.STATE'));
      seen.estop += register(plant, 'SS.ESTOP');
      seen.curtain += register(plant, 'SS.CURT.ACT');
      if (register(plant, 'R1.OVRSP') === 25) seen.slow++;
      if ([5, 6].includes(register(plant, 'CELL.STATE'))) seen.running++;
    }
    expect([...seen.states].toSorted((a, b) => a - b)).toEqual(expect.arrayContaining([2, 6, 9]));
    expect(seen.estop).toBeGreaterThan(10);
    expect(seen.curtain).toBeGreaterThan(10);
    expect(seen.slow).toBeGreaterThan(240);
    expect(seen.running / (4 * 3600)).toBeGreaterThan(0.8);
    expect(truth(plant, 'parts.good') - (before['parts.good'] ?? 0)).toBeGreaterThan(1000);
    expect(truth(plant, 'person.exposureS')).toBe(0);
    expect(truth(plant, 'arms.collision')).toBe(0);
  });
});
