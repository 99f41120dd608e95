import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const tagHarvest = scenarioOf('tag-harvest');

describe('tag-harvest', () => {
  it('does not change the process', async () => {
    const harvested = await play(tagHarvest, 400);
    const quiet = await play({ ...tagHarvest, steps: [] }, 400);
    expect([...harvested.plant.registers]).toEqual([...quiet.plant.registers]);
  });
});
