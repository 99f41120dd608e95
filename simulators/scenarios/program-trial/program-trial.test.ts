import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('program-trial', () => {
  it.each(playTimes)('ships no bad part', async (startTime) => {
    const during = await play('program-trial', 400, startTime);
    expect([during.register('C1.PROG'), during.register('FX.INSP')]).toEqual([2, 0]);
    const after = await play('program-trial', 1_800, startTime);
    expect([after.register('C1.PROG'), after.register('FX.INSP')]).toEqual([1, 1]);
    expect(after.truth('parts.badShipped')).toBe(during.truth('parts.badShipped'));
  });
});
