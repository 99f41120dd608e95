import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const pumpWorn = scenarioOf('pump-worn');

describe('pump-worn', () => {
  it.each(playTimes)('makes the running pump vibrate and heat as stated', async (startTime) => {
    const after = await play(pumpWorn, 2 * 3600, startTime);
    const without = await play({ ...pumpWorn, steps: [] }, 2 * 3600, startTime);
    expect(after.register('PS.P4.RUN')).toBe(1);
    const rise = (point: string): number => after.register(point) - without.register(point);
    expect(rise('PS.P4.VIB')).toBeGreaterThan(3);
    expect(rise('PS.P4.VIB')).toBeLessThan(5);
    expect(rise('PS.P4.TB')).toBeGreaterThan(20);
    expect(rise('PS.P4.TB')).toBeLessThan(30);
    expect(after.truth('pump4.trip')).toBe(0);
  });
});
