import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const outOfPhase = scenarioOf('out-of-phase');

describe('out-of-phase', () => {
  it.each(playTimes)('damages the shaft; the synchronism check would prevent it', async (startTime) => {
    const before = await play(outOfPhase, 480, startTime);
    expect(before.truth('hydro.power')).toBeCloseTo(1.5, 1);
    expect(before.truth('hydro.damaged')).toBe(0);
    const after = await play(outOfPhase, 600, startTime);
    expect(after.truth('hydro.damaged')).toBe(1);
    expect(after.truth('QG1')).toBe(0);
    const checked = { ...outOfPhase, steps: outOfPhase.steps.filter(({ act }) => act.type !== 'plant') };
    expect((await play(checked, 600, startTime)).truth('hydro.damaged')).toBe(0);
  });
});
