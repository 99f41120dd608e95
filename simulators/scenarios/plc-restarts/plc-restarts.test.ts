import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const plcRestarts = scenarioOf('plc-restarts');

describe('plc-restarts', () => {
  it.each(playTimes)('restarts the PLC 41 times, and the station hardly delivers', async (startTime) => {
    const before = await play(plcRestarts, 60, startTime);
    const after = await play(plcRestarts, plcRestarts.durationS - 5, startTime);
    expect(before.register('PLC1.HB')).toBeGreaterThan(500);
    expect(after.register('PLC1.HB')).toBeLessThan(31);
    expect(after.register('RTU2.HB')).toBeGreaterThan(before.register('RTU2.HB'));
    const fall = before.truth('tank1.level') - after.truth('tank1.level');
    expect(fall).toBeGreaterThan(0.1);
    expect(fall).toBeLessThan(0.5);
  });
});
