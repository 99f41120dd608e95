import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const connectionsHeld = scenarioOf('connections-held');

describe('connections-held', () => {
  it('does not change the process', async () => {
    const held = await play(connectionsHeld, 200);
    const quiet = await play({ ...connectionsHeld, steps: [] }, 200);
    expect([...held.plant.registers]).toEqual([...quiet.plant.registers]);
  });
});
