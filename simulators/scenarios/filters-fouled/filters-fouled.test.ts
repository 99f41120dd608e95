import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const filtersFouled = scenarioOf('filters-fouled');

describe('filters-fouled', () => {
  it('raises the head loss as stated', async () => {
    const day = playTimes[1] as number;
    const after = await play(filtersFouled, 4 * 3600, day);
    const without = await play({ ...filtersFouled, steps: [] }, 4 * 3600, day);
    const higher = after.truth('filters.headLoss') - without.truth('filters.headLoss');
    expect(higher).toBeGreaterThan(0.3);
    expect(higher).toBeLessThan(0.8);
  });
});
