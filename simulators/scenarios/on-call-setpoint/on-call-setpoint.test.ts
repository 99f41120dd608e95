import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const onCallSetpoint = scenarioOf('on-call-setpoint');

describe('on-call-setpoint', () => {
  it.each(playTimes)('raises the chlorine as stated', async (startTime) => {
    const after = await play(onCallSetpoint, onCallSetpoint.durationS, startTime);
    expect(after.register('CL.SP')).toBeCloseTo(1.1, 5);
    expect(after.truth('contact.chlorine')).toBeGreaterThan(1.08);
    expect(after.truth('contact.chlorine')).toBeLessThan(1.12);
  });
});
