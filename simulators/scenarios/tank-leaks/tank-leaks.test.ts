import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const tankLeaks = scenarioOf('tank-leaks');

describe('tank-leaks', () => {
  it('lowers the tank as stated', async () => {
    const after = await play(tankLeaks, tankLeaks.durationS);
    const without = await play({ ...tankLeaks, steps: [] }, tankLeaks.durationS);
    const lower = without.truth('tank1.level') - after.truth('tank1.level');
    expect(lower).toBeGreaterThan(0.1);
    expect(lower).toBeLessThan(0.18);
  });
});
