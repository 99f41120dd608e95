import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('storm', () => {
  it('is cleared by the relay of feeder 4, which recloses', async () => {
    const before = await play('storm', 300);
    const after = await play('storm', 310);
    expect(after.register('F4.TRIPC')).toBe(before.register('F4.TRIPC') + 1);
    expect(after.truth('QF4')).toBe(1);
    expect(after.truth('feeder4.power')).toBeGreaterThan(1);
    expect(after.truth('busA.supply')).toBe(1);
  });
});
