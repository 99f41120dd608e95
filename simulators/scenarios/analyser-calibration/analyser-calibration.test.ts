import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('analyser-calibration', () => {
  it('holds the analyser for ten minutes and then releases it', async () => {
    const held = await play('analyser-calibration', 400);
    const later = await play('analyser-calibration', 500);
    const free = await play('analyser-calibration', 1200);
    expect(later.register('CL.AT01')).toBe(held.register('CL.AT01'));
    expect(Math.abs(free.register('CL.AT01') - held.register('CL.AT01'))).toBeLessThan(0.2);
  });
});
