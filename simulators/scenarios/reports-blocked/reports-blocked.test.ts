import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('reports-blocked', () => {
  it.each(playTimes)('lowers the pressure of the low zone, and restores it', async (startTime) => {
    const lowered = await play('reports-blocked', 361, startTime);
    expect(lowered.truth('pressure.L4')).toBeLessThan(30);
    const restored = await play('reports-blocked', 1_190, startTime);
    expect(restored.truth('pressure.L4')).toBeGreaterThan(37);
  });
});
