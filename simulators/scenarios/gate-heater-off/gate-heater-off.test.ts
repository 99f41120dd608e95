import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('gate-heater-off', () => {
  it.each(playTimes)('cools the gas of gate 3 and of no other', async (startTime) => {
    const played = await play('gate-heater-off', 700, startTime);
    expect(played.register('G3.TOUT')).toBeLessThan(0);
    expect(played.register('G3.HTR')).toBeLessThan(10);
    expect(played.register('G2.TOUT')).toBeGreaterThan(5);
  });
});
