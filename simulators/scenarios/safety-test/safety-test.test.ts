import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('safety-test', () => {
  it('turns the key for 25 minutes and restores everything', async () => {
    const tested = await play('safety-test', 480);
    expect(['KEY', 'BYP', 'HALT'].map((name) => tested.register(`SIS.${name}`))).toEqual([1, 1, 1]);
    tested.plant.step(1500);
    expect(['KEY', 'BYP', 'HALT', 'TRIP'].map((name) => tested.register(`SIS.${name}`))).toEqual([0, 0, 0, 0]);
    expect(tested.truth('reactor.pressure')).toBeLessThan(2850);
  });
});
