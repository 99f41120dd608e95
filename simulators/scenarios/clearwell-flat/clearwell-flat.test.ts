import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { clearwellFlat } from './index.ts';

describe('clearwell-flat', () => {
  it('shows 2.0 m while the clearwell fills', async () => {
    const before = await play(clearwellFlat, 60);
    const after = await play(clearwellFlat, 5400);
    expect(after.register('CW.LT01')).toBeCloseTo(2, 6);
    expect(after.truth('clearwell.level')).toBeGreaterThan(before.truth('clearwell.level') + 0.2);
  });
});
