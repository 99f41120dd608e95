import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('relay-test', () => {
  it('changes the time multiplier for twenty minutes and restores it', async () => {
    const tested = await play('relay-test', 70);
    expect(tested.register('F2.TMS')).toBe(0.05);
    tested.plant.step(1200);
    expect(tested.register('F2.TMS')).toBe(0.1);
    expect(tested.truth('feeder2.power')).toBeGreaterThan(1);
  });
});
