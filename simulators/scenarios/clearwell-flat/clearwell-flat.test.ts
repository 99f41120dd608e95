import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const clearwellFlat = scenarioOf('clearwell-flat');

describe('clearwell-flat', () => {
  it.each(playTimes)('shows 2.0 m while the clearwell fills as stated, without an overflow', async (startTime) => {
    const before = await play(clearwellFlat, 60, startTime);
    const after = await play(clearwellFlat, clearwellFlat.durationS, startTime);
    expect(after.register('CW.LT01')).toBeCloseTo(2, 6);
    const rise = after.truth('clearwell.level') - before.truth('clearwell.level');
    expect(rise).toBeGreaterThan(0.1);
    expect(rise).toBeLessThan(1.4);
    expect(after.truth('clearwell.overflowed')).toBe(0);
    const without = await play({ ...clearwellFlat, steps: [] }, clearwellFlat.durationS, startTime);
    for (const tag of ['CW.LT02', 'PS.PT01']) expect(after.register(tag), tag).toBeGreaterThan(without.register(tag) + 0.1);
  });
});
