import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const gaugeToggled = scenarioOf('gauge-toggled');

describe('gauge-toggled', () => {
  it.each(playTimes)('shows both limits in turn, and the tank stays as stated', async (startTime) => {
    expect((await play(gaugeToggled, 85, startTime)).register('T3.LT')).toBeCloseTo(5.1, 5);
    expect((await play(gaugeToggled, 115, startTime)).register('T3.LT')).toBeCloseTo(2.2, 5);
    const end = await play(gaugeToggled, gaugeToggled.durationS, startTime);
    expect(Math.abs(end.truth('tank3.level') - 3.5)).toBeLessThan(0.7);
  });
});
