import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('cooling-shut', () => {
  it.each(playTimes)('runs the reactor away until the safety system acts', async (startTime) => {
    const hot = await play('cooling-shut', 360, startTime);
    expect([hot.register('R1.QW') < 2, hot.truth('reactor.temperature') > 140]).toEqual([true, true]);
    hot.plant.step(300);
    expect(hot.register('SIS.FIRST')).toBe(1);
    expect(hot.truth('feed.d')).toBeLessThan(10);
  });
});
