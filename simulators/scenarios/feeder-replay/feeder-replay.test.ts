import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('feeder-replay', () => {
  it.each(playTimes)('shows a supplied feeder that has no supply', async (startTime) => {
    const before = await play('feeder-replay', 90, startTime);
    expect(before.truth('feeder2.end')).toBeGreaterThan(0.9);
    const after = await play('feeder-replay', 95, startTime);
    expect(after.truth('feeder2.end')).toBe(0);
    expect(after.truth('feeder2.power')).toBe(0);
    expect(after.register('QF2.POS')).toBe(1);
    expect(Math.abs(after.register('F2.P') - before.register('F2.P'))).toBeLessThan(300);
  });
});
