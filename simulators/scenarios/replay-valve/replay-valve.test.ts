import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { replayValve } from './index.ts';

/** The tanks and the demand of the town differ by the time of day. */
const startTimes = [0, 12].map((hour) => Date.UTC(2026, 10, 24, hour));

describe('replay-valve', () => {
  it.each(startTimes)('shows earlier values while the low zone loses its pressure as stated', async (startTime) => {
    const before = await play(replayValve, 60, startTime);
    const after = await play(replayValve, 150, startTime);
    expect(before.truth('pressure.L4')).toBeGreaterThan(39);
    expect(before.truth('pressure.L4')).toBeLessThan(41);
    expect(after.truth('pressure.L4')).toBeGreaterThan(13);
    expect(after.truth('pressure.L4')).toBeLessThan(15);
    expect(Math.abs(after.register('DN.PT.L4') - before.register('DN.PT.L4'))).toBeLessThan(5);
  });
});
