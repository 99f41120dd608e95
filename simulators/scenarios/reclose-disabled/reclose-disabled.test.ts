import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const recloseDisabled = scenarioOf('reclose-disabled');

describe('reclose-disabled', () => {
  it.each(playTimes)('leaves feeder 2 without supply after a transient fault', async (startTime) => {
    const before = await play(recloseDisabled, 360, startTime);
    expect(before.truth('feeder2.power')).toBeGreaterThan(1);
    before.plant.act({ type: 'act', name: 'line-fault', value: 2 });
    before.plant.step(10);
    expect(before.register('UFLS.EN')).toBe(0);
    expect(before.truth('QF2')).toBe(0);
    expect(before.truth('feeder2.end')).toBe(0);
    expect(before.truth('feeder1.power')).toBeGreaterThan(1);
    const faultAlone = { ...recloseDisabled, steps: recloseDisabled.steps.slice(-1).map((step) => ({ ...step, atS: 0 })) };
    const withReclose = await play(faultAlone, 10, startTime);
    expect(withReclose.truth('QF2')).toBe(1);
    expect(withReclose.truth('feeder2.power')).toBeGreaterThan(1);
  });
});
