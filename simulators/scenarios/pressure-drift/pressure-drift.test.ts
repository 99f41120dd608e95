import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('pressure-drift', () => {
  it.each(playTimes)('leaves the report above the pressure of the units', async (startTime) => {
    const played = await play('pressure-drift', 5400, startTime);
    expect(played.register('ST.PD') - played.truth('station.discharge')).toBeGreaterThan(0.4);
    expect(played.register('K1.PD')).toBeLessThan(played.register('ST.PD') - 0.2);
  });
});
