import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('surge-valve-shut', () => {
  it.each(playTimes)('trips unit 1 by surge while its valve is shown open', async (startTime) => {
    const played = await play('surge-valve-shut', 180, startTime);
    expect(played.truth('unit1.surges')).toBeGreaterThanOrEqual(3);
    expect([played.register('K1.TRIP'), played.register('K1.FIRST')]).toEqual([1, 7]);
    expect([played.register('K1.ASVPOS'), played.register('K1.ASVCL')]).toEqual([35, 0]);
  });
});
