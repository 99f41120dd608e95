import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

describe('speed-limit-raised', () => {
  it.each(playTimes)('keeps the tool fast beside a person, who is safe with the usual limit', async (startTime) => {
    const attacked = await play('speed-limit-raised', 400, startTime);
    expect(attacked.truth('person.warningSpeed')).toBeGreaterThan(1.5);
    const scenario = scenarioOf('speed-limit-raised');
    const usual = await play({ ...scenario, steps: scenario.steps.slice(-1) }, 400, startTime);
    expect(usual.truth('person.warningSpeed')).toBeLessThan(1.5);
  });
});
