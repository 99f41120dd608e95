import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const pressureNoisy = scenarioOf('pressure-noisy');

describe('pressure-noisy', () => {
  it('scatters the value, and the process does not change', async () => {
    const errors = [];
    for (const minute of [5, 10, 15, 20]) {
      const after = await play(pressureNoisy, 60 * minute);
      const without = await play({ ...pressureNoisy, steps: [] }, 60 * minute);
      expect(after.truth('pressure.J1')).toBe(without.truth('pressure.J1'));
      errors.push(Math.abs(after.register('PS.PT02') - without.truth('pressure.J1')));
    }
    expect(Math.max(...errors)).toBeGreaterThan(0.9);
  });
});
