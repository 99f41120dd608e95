import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const insiderNight = scenarioOf('insider-night');

describe('insider-night', () => {
  it.each(playTimes)('lowers the chlorine as stated, within the alarm limits', async (startTime) => {
    const after = await play(insiderNight, insiderNight.durationS, startTime);
    expect(after.register('CL.SP')).toBeCloseTo(0.8, 5);
    expect(after.truth('contact.chlorine')).toBeGreaterThan(0.79);
    expect(after.truth('contact.chlorine')).toBeLessThan(0.82);
  });
});
