import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const chlorineSetpoint = scenarioOf('chlorine-setpoint');

describe('chlorine-setpoint', () => {
  it.each(playTimes)('makes the controller reduce the dose, as fast as stated', async (startTime) => {
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
