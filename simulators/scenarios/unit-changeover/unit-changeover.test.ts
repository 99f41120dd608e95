import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('unit-changeover', () => {
  it('runs another unit without surge', async () => {
    const played = await play('unit-changeover', 900, playTimes[0]);
    expect([played.register('K3.STATE'), played.register('K1.RUN') + played.register('K2.RUN')]).toEqual([7, 1]);
    expect(played.truth('surges.total')).toBe(0);
    expect(Math.abs(played.register('ST.PD') - 6.3)).toBeLessThan(0.15);
  });
});
