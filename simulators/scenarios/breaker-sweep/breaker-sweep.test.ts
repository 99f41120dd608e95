import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('breaker-sweep', () => {
  it.each(playTimes)('leaves the station without supply and trips the hydro unit as stated', async (startTime) => {
    const before = await play('breaker-sweep', 60, startTime);
    expect(before.truth('load.power')).toBeGreaterThan(5);
    const after = await play('breaker-sweep', 71, startTime);
    for (const name of ['busA.voltage', 'busB.voltage', 'load.power', 'QF1', 'QF2', 'QF3', 'QF4'])
      expect(after.truth(name), name).toBe(0);
    expect(after.truth('hydro.trip')).toBeGreaterThan(0);
    expect(after.truth('hydro.peak')).toBeGreaterThan(1.2);
    expect(after.truth('hydro.peak')).toBeLessThan(1.3);
  });
});
