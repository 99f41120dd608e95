import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const operatorSetpoint = scenarioOf('operator-setpoint');

describe('operator-setpoint', () => {
  it.each(playTimes)('raises the chlorine as stated', async (startTime) => {
    const before = await play(operatorSetpoint, 60, startTime);
    const after = await play(operatorSetpoint, operatorSetpoint.durationS, startTime);
    expect(before.truth('contact.chlorine')).toBeCloseTo(1, 1);
    expect(after.register('CL.SP')).toBeCloseTo(1.1, 5);
    expect(after.truth('contact.chlorine')).toBeGreaterThan(1.05);
    expect(after.truth('contact.chlorine')).toBeLessThan(1.15);
  });
});
