import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('hydro-overspeed', () => {
  it.each(playTimes)('drives the unit to full load and then to overspeed', async (startTime) => {
    const before = await play('hydro-overspeed', 60, startTime);
    expect(before.truth('hydro.power')).toBeLessThan(6);
    const loaded = await play('hydro-overspeed', 480, startTime);
    expect(loaded.truth('hydro.power')).toBeCloseTo(6.8, 1);
    const after = await play('hydro-overspeed', 491, startTime);
    expect(after.truth('hydro.peak')).toBeGreaterThan(1.3);
    expect(after.truth('hydro.trip')).toBeGreaterThan(0);
    expect(after.truth('hydro.power')).toBe(0);
    expect(after.truth('QG1')).toBe(0);
  });
});
