import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('oil-sensor-drift', () => {
  it('shows a rising temperature of oil that stays as warm as in transformer 2', async () => {
    const after = await play('oil-sensor-drift', 1860);
    expect(after.register('T1.OIL') - after.register('T2.OIL')).toBeGreaterThan(5);
    expect(after.register('T1.OIL') - after.register('T2.OIL')).toBeLessThan(7);
    expect(Math.abs(after.truth('transformer1.oil') - after.truth('transformer2.oil'))).toBeLessThan(0.5);
  });
});
