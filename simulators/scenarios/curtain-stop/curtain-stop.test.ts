import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('curtain-stop', () => {
  it('stops the arms before the person is in the cell, and restarts', async () => {
    const passed = await play('curtain-stop', 70);
    expect(passed.register('SS.CURT.ACT')).toBe(1);
    passed.plant.step(60);
    expect(passed.register('CELL.STATE')).toBe(6);
    expect(passed.truth('person.exposureS')).toBe(0);
  });
});
