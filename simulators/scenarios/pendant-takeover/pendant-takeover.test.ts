import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('pendant-takeover', () => {
  it.each(playTimes)('holds the cell and turns arm 1 out of its program', async (startTime) => {
    const played = await play('pendant-takeover', 120, startTime);
    expect(played.register('CELL.STATE')).toBe(11);
    expect(played.register('R1.A1.POS')).toBeLessThan(-100);
    const good = played.truth('parts.good');
    played.plant.step(300);
    // the outfeed stands as well
    expect(played.truth('parts.good')).toBe(good);
  });
});
