import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const pumpsHunting = scenarioOf('pumps-hunting');

/** Joint starts of all three pumps, looked for each minute. */
async function jointStarts(startTime: number): Promise<number> {
  const { plant } = await play(pumpsHunting, 120, startTime);
  let starts = 0;
  let before = false;
  for (let minute = 2; minute < 120; minute++) {
    plant.step(60);
    const all = plant.truth()['station.running'] === 3;
    if (all && !before) starts++;
    before = all;
  }
  return starts;
}

describe('pumps-hunting', () => {
  it.each(playTimes)('starts all pumps together at least twice', async (startTime) => {
    expect(await jointStarts(startTime)).toBeGreaterThanOrEqual(2);
  });

  it.each(playTimes)('needs the written levels: without them at most two pumps run', async (startTime) => {
    const without = await play({ ...pumpsHunting, steps: [] }, pumpsHunting.durationS, startTime);
    expect(without.truth('station.running')).toBeLessThanOrEqual(2);
  });
});
