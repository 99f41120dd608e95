import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('diesel-test', () => {
  it('runs the diesel set at 1.5 MW', async () => {
    const running = await play('diesel-test', 660);
    expect(running.truth('diesel.power')).toBeCloseTo(1.5, 1);
    expect(running.truth('QG2')).toBe(1);
  });
});
