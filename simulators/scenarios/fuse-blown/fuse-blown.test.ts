import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('fuse-blown', () => {
  it('halves two voltages of busbar A, and the tap changers stay where they are', async () => {
    const before = await play('fuse-blown', 60);
    const after = await play('fuse-blown', 3_600);
    for (const phase of ['UAB', 'UBC']) expect(after.register(`BUSA.${phase}`) / after.register('BUSA.UCA')).toBeCloseTo(0.5, 1);
    expect(after.register('BUSB.UAB')).toBeGreaterThan(18);
    expect(after.register('T1.TAP')).toBe(before.register('T1.TAP'));
  });
});
