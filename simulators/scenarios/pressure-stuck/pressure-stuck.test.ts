import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const pressureStuck = scenarioOf('pressure-stuck');

describe('pressure-stuck', () => {
  it('shows one value, and the process does not change', async () => {
    const after = await play(pressureStuck, pressureStuck.durationS);
    const without = await play({ ...pressureStuck, steps: [] }, pressureStuck.durationS);
    expect(after.register('DN.PT.J10')).toBe(39);
    expect(after.truth('pressure.J10')).toBe(without.truth('pressure.J10'));
    expect(without.register('DN.PT.J10')).not.toBe(39);
  });
});
