import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { pumpsStopped } from './index.ts';

describe('pumps-stopped', () => {
  it('stops every high-lift pump and keeps it stopped', async () => {
    const before = await play(pumpsStopped, 60);
    const after = await play(pumpsStopped, 600);
    expect(before.truth('station.flow')).toBeGreaterThan(30);
    expect(after.truth('station.flow')).toBeLessThan(1);
    for (const pump of [1, 2, 3, 4]) expect(after.register(`PS.P${pump}.RUN`)).toBe(0);
  });
});
