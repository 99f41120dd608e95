import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { replayValve } from './index.ts';

describe('replay-valve', () => {
  it('shows the calm of before while the low zone loses its pressure', async () => {
    const before = await play(replayValve, 60);
    const after = await play(replayValve, 900);
    expect(after.truth('pressure.L4')).toBeLessThan(before.truth('pressure.L4') - 15);
    expect(Math.abs(after.register('DN.PT.L4') - before.register('DN.PT.L4'))).toBeLessThan(5);
  });
});
