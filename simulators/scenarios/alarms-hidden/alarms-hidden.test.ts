import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const alarmsHidden = scenarioOf('alarms-hidden');

describe('alarms-hidden', () => {
  it.each(playTimes)('empties the tank as stated behind a level that does not fall', async (startTime) => {
    const before = await play(alarmsHidden, 60, startTime);
    const after = await play(alarmsHidden, alarmsHidden.durationS, startTime);
    const fall = before.truth('tank1.level') - after.truth('tank1.level');
    expect(fall).toBeGreaterThan(1.1);
    expect(fall).toBeLessThan(2.9);
    expect(Math.abs(after.register('T1.LT') - before.truth('tank1.level'))).toBeLessThan(0.15);
  });
});
