import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const hydroMisled = scenarioOf('hydro-misled');

describe('hydro-misled', () => {
  it.each(playTimes)('unloads the hydro unit as stated', async (startTime) => {
    const before = await play(hydroMisled, 60, startTime);
    const after = await play(hydroMisled, 1200, startTime);
    expect(before.truth('hydro.power')).toBeGreaterThan(4.5);
    expect(Math.abs(after.truth('hydro.power'))).toBeLessThan(0.1);
    expect(after.register('G1.Q')).toBeLessThan(-2300);
    expect(after.truth('forebay.level')).toBeGreaterThan(before.truth('forebay.level'));
  });
});
