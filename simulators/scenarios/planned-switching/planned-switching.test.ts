import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('planned-switching', () => {
  it('opens feeder 3 for a quarter of an hour', async () => {
    const open = await play('planned-switching', 70);
    expect(open.truth('feeder3.end')).toBe(0);
    expect(open.truth('feeder4.end')).toBeGreaterThan(0.9);
    const closed = await play('planned-switching', 970);
    expect(closed.truth('feeder3.end')).toBeGreaterThan(0.9);
  });
});
