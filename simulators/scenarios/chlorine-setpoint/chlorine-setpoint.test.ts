import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { chlorineSetpoint } from './index.ts';

describe('chlorine-setpoint', () => {
  it('makes the controller dose less and less', async () => {
    const before = await play(chlorineSetpoint, 60);
    const after = await play(chlorineSetpoint, 3000);
    expect(before.register('CL.SP')).toBeCloseTo(1, 5);
    expect(after.register('CL.SP')).toBeCloseTo(0.3, 5);
    expect(after.truth('contact.chlorine')).toBeLessThan(0.7 * before.truth('contact.chlorine'));
  });
});
