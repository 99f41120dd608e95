import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('replay-valve', () => {
  it.each(playTimes)('shows earlier values while the low zone loses its pressure as stated', async (startTime) => {
    const before = await play('replay-valve', 60, startTime);
    const after = await play('replay-valve', 150, startTime);
    expect(before.truth('pressure.L4')).toBeGreaterThan(39);
    expect(before.truth('pressure.L4')).toBeLessThan(41);
    expect(after.truth('pressure.L4')).toBeGreaterThan(13);
    expect(after.truth('pressure.L4')).toBeLessThan(15);
    expect(Math.abs(after.register('DN.PT.L4') - before.register('DN.PT.L4'))).toBeLessThan(5);
  });
});
