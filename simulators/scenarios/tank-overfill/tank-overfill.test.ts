import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const tankOverfill = scenarioOf('tank-overfill');

describe('tank-overfill', () => {
  it.each(playTimes)('shows 2.2 m while three pumps fill the tank as stated', async (startTime) => {
    const before = await play(tankOverfill, 60, startTime);
    const after = await play(tankOverfill, tankOverfill.durationS, startTime);
    expect(after.register('T1.LT')).toBeCloseTo(2.2, 6);
    const rise = after.truth('tank1.level') - before.truth('tank1.level');
    expect(rise).toBeGreaterThan(0.9);
    expect(rise).toBeLessThan(1.7);
  });
});
