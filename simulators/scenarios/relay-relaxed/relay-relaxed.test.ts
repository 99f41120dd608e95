import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const relayRelaxed = scenarioOf('relay-relaxed');

describe('relay-relaxed', () => {
  it.each(playTimes)('lets one broken line take down all feeders, instead of one', async (startTime) => {
    const before = await play(relayRelaxed, 360, startTime);
    expect(before.register('F1.ISET')).toBe(2000);
    expect(before.truth('feeder1.power')).toBeGreaterThan(1);
    expect(before.truth('station.firstOut')).toBe(0);
    before.plant.act({ type: 'act', name: 'line-broken', value: 1 });
    before.plant.step(10);
    expect(before.truth('load.power')).toBe(0);
    expect(before.truth('QT1L') + before.truth('QT2L')).toBe(0);
    const faultAlone = { ...relayRelaxed, steps: relayRelaxed.steps.slice(-1).map((step) => ({ ...step, atS: 0 })) };
    const protectedStation = await play(faultAlone, 10, startTime);
    expect(protectedStation.truth('QF1')).toBe(0);
    expect(protectedStation.truth('load.power')).toBeGreaterThan(5);
  });
});
