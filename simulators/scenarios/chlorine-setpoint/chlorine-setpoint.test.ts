import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { chlorineSetpoint } from './index.ts';

/** The tanks and the demand of the town differ by the time of day. */
const startTimes = [0, 12].map((hour) => Date.UTC(2026, 10, 24, hour));

describe('chlorine-setpoint', () => {
  it.each(startTimes)('makes the controller reduce the dose, as fast as stated', async (startTime) => {
    const before = await play(chlorineSetpoint, 60, startTime);
    expect(before.register('CL.SP')).toBeCloseTo(1, 5);
    expect(before.truth('contact.chlorine')).toBeCloseTo(1, 1);
    const half = await play(chlorineSetpoint, 60 + 1800, startTime);
    expect(half.truth('contact.chlorine')).toBeGreaterThan(0.45);
    expect(half.truth('contact.chlorine')).toBeLessThan(0.75);
    const after = await play(chlorineSetpoint, chlorineSetpoint.durationS, startTime);
    expect(after.register('CL.SP')).toBeCloseTo(0.3, 5);
    expect(after.truth('contact.chlorine')).toBeLessThan(0.45);
  });
});
