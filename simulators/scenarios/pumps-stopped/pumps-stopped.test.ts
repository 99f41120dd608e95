import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const pumpsStopped = scenarioOf('pumps-stopped');
/** Pressures of the zone that the station and the first tank supply. */
const zonePressures = ['DN.PT.J5', 'DN.PT.J8', 'DN.PT.J10', 'DN.PT.J14'];

describe('pumps-stopped', () => {
  it.each(playTimes)('stops every high-lift pump; the first tank and the pressures fall as stated', async (startTime) => {
    const before = await play(pumpsStopped, 60, startTime);
    const after = await play(pumpsStopped, pumpsStopped.durationS, startTime);
    expect(before.truth('station.flow')).toBeGreaterThan(30);
    expect(after.truth('station.flow')).toBeLessThan(1);
    for (const pump of [1, 2, 3, 4]) expect(after.register(`PS.P${pump}.RUN`)).toBe(0);
    const fall = before.truth('tank1.level') - after.truth('tank1.level');
    expect(fall).toBeGreaterThan(0.5);
    expect(fall).toBeLessThan(1.6);
    const without = await play({ ...pumpsStopped, steps: [] }, pumpsStopped.durationS, startTime);
    for (const pressure of zonePressures) {
      const lower = without.register(pressure) - after.register(pressure);
      expect(lower, pressure).toBeGreaterThan(0.3);
      expect(lower, pressure).toBeLessThan(3);
    }
    expect(after.register('DN.FT.MAIN')).toBeLessThan(without.register('DN.FT.MAIN') - 5);
    for (const tag of ['CW.LT01', 'CW.LT02']) expect(after.register(tag), tag).toBeGreaterThan(without.register(tag) + 0.1);
    expect(after.register('CW.CTR')).toBeGreaterThan(without.register('CW.CTR') + 1);
    expect(after.register('RW.FT01')).toBeLessThan(without.register('RW.FT01') - 5);
  });
});
