import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { operatorSetpoint } from './index.ts';

/** The tanks and the demand of the town differ by the time of day. */
const startTimes = [0, 12].map((hour) => Date.UTC(2026, 10, 24, hour));

describe('operator-setpoint', () => {
  it.each(startTimes)('raises the chlorine as stated', async (startTime) => {
    const before = await play(operatorSetpoint, 60, startTime);
    const after = await play(operatorSetpoint, operatorSetpoint.durationS, startTime);
    expect(before.truth('contact.chlorine')).toBeCloseTo(1, 1);
    expect(after.register('CL.SP')).toBeCloseTo(1.1, 5);
    expect(after.truth('contact.chlorine')).toBeGreaterThan(1.05);
    expect(after.truth('contact.chlorine')).toBeLessThan(1.15);
  });
});
