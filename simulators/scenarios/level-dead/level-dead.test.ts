import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const levelDead = scenarioOf('level-dead');

describe('level-dead', () => {
  it.each(playTimes)('leaves the clearwell as it would be', async (startTime) => {
    const after = await play(levelDead, levelDead.durationS, startTime);
    const without = await play({ ...levelDead, steps: [] }, levelDead.durationS, startTime);
    expect(Math.abs(after.truth('clearwell.level') - without.truth('clearwell.level'))).toBeLessThan(0.05);
  });
});
