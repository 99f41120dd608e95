import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('pressure-logic', () => {
  it.each(playTimes)('shuts the section down while the display is calm', async (startTime) => {
    const played = await play('pressure-logic', 1800, startTime);
    expect([played.truth('safety.tripped'), played.truth('safety.first')]).toEqual([1, 1]);
    expect(played.register('R1.PT01A')).toBeLessThan(2800);
    expect(played.register('SIS.FIRST')).toBe(1);
  });
});
