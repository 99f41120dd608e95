import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('product-change', () => {
  it('makes good parts of the other product', async () => {
    const changed = await play('product-change', 360);
    const [good, bad] = [changed.truth('parts.good'), changed.truth('parts.badShipped')];
    changed.plant.step(600);
    expect(changed.truth('parts.good')).toBeGreaterThan(good + 30);
    expect(changed.truth('parts.badShipped')).toBe(bad);
    expect([changed.register('C1.PROG'), changed.register('R1.MASSP')]).toEqual([2, 5]);
  });
});
