import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

describe('zone-muted', () => {
  it.each(playTimes)('exposes a person to moving arms, which stop with a curtain', async (startTime) => {
    const attacked = await play('zone-muted', 400, startTime);
    expect(attacked.truth('person.exposureS')).toBeGreaterThan(2);
    const scenario = scenarioOf('zone-muted');
    const usual = await play({ ...scenario, steps: scenario.steps.slice(-1) }, 400, startTime);
    expect(usual.truth('person.exposureS')).toBe(0);
    expect(usual.register('SS.CURT.ACT')).toBe(1);
  });
});
