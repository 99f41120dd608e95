import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { operatorSetpoint } from './index.ts';

describe('operator-setpoint', () => {
  it('raises the chlorine by a tenth', async () => {
    const after = await play(operatorSetpoint, 3600);
    expect(after.register('CL.SP')).toBeCloseTo(1.1, 5);
    expect(after.truth('contact.chlorine')).toBeGreaterThan(1.03);
    expect(after.truth('contact.chlorine')).toBeLessThan(1.2);
  });
});
