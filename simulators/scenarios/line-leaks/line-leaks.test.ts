import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('line-leaks', () => {
  it.each(playTimes)('shows in the balance as stated, and closes no valve', async (startTime) => {
    const played = await play('line-leaks', 1860, startTime);
    expect(played.register('LK.BAL')).toBeGreaterThan(5);
    for (const valve of ['LV4', 'LV5', 'LV6', 'LV7']) expect(played.register(`${valve}.POS`)).toBe(1);
  });
});
