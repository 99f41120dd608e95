import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('pig-run', () => {
  it('moves with the gas and takes no flow from the gates', async () => {
    const played = await play('pig-run', 3660, playTimes[1]);
    expect(played.truth('pig.km')).toBeGreaterThan(5);
    expect(played.truth('pig.km')).toBeLessThan(20);
    expect(played.truth('gate3.flow')).toBeCloseTo(played.truth('gate3.demand'), 6);
  });
});
