import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('scrubber-fouled', () => {
  it.each(playTimes)('raises the differential pressure as stated', async (startTime) => {
    const played = await play('scrubber-fouled', 3660, startTime);
    expect(played.register('ST.DPSCR')).toBeGreaterThan(40);
    expect(played.register('ST.DPSCR')).toBeLessThan(200);
  });
});
