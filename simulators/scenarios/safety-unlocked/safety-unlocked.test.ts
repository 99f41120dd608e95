import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('safety-unlocked', () => {
  it.each(playTimes)('lets the pressure pass its limit without a shut-down', async (startTime) => {
    const before = await play('safety-unlocked', 650, startTime);
    expect([before.register('SIS.PTRIP'), before.register('SIS.TTRIP'), before.register('SIS.HALT')]).toEqual([3500, 300, 0]);
    expect(before.truth('reactor.pressure')).toBeLessThan(2850);
    before.plant.act({ type: 'act', name: 'water-lost', value: 85 });
    let highest = 0;
    for (let minute = 0; minute < 30; minute++) {
      before.plant.step(60);
      highest = Math.max(highest, before.truth('reactor.pressure'));
    }
    expect([highest > 3100, before.truth('safety.tripped')]).toEqual([true, 0]);
  });
});
