import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('program-swapped', () => {
  it.each(playTimes)('ships bad parts whose force and depth differ', async (startTime) => {
    const played = await play('program-swapped', 660, startTime);
    expect(played.truth('parts.badShipped')).toBeGreaterThan(20);
    expect(played.register('FX.RESULT')).toBe(1);
    expect(played.register('FX.PEAK')).toBeGreaterThan(3.35);
    expect(played.register('FX.FINAL')).toBeLessThan(11.6);
  });
});
