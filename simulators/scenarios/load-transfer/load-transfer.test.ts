import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const loadTransfer = scenarioOf('load-transfer');

describe('load-transfer', () => {
  it('raises the load as stated', async () => {
    const [with_, without] = [await play(loadTransfer, 300), await play({ ...loadTransfer, steps: [] }, 300)];
    const more = with_.truth('load.power') - without.truth('load.power');
    expect(more).toBeGreaterThan(1.2);
    expect(more).toBeLessThan(1.8);
    expect(Math.abs(with_.register('BUSA.UAB') / 20.4 - 1)).toBeLessThan(0.02);
  });
});
