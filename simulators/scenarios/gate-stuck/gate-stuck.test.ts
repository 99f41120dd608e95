import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const gateStuck = scenarioOf('gate-stuck');

describe('gate-stuck', () => {
  it('keeps the gate where it is', async () => {
    const early = await play(gateStuck, 90);
    const late = await play(gateStuck, gateStuck.durationS);
    expect(late.truth('hydro.gate')).toBe(early.truth('hydro.gate'));
    const without = await play({ ...gateStuck, steps: [] }, gateStuck.durationS);
    expect(Math.abs(without.truth('hydro.gate') - early.truth('hydro.gate'))).toBeGreaterThan(0.005);
  });
});
