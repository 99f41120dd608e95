import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

describe('planned-restart', () => {
  it.each(playTimes)('stops the pumps, and the PLC starts one again', async (startTime) => {
    expect((await play('planned-restart', 63, startTime)).register('PLC1.HB')).toBeLessThan(5);
    const after = await play('planned-restart', 121, startTime);
    expect(after.truth('station.running')).toBeGreaterThan(0);
  });

  it('announces its work for half an hour', () => {
    const works = scenarioOf('planned-restart').maintenance ?? [];
    expect(works.map(({ place, lastsS }) => [place.kind, place.id, lastsS])).toEqual([
      ['equipment', 'PLC1', 1_800],
      ['area', 'pumping', 1_800],
      ['area', 'network', 1_800],
    ]);
  });
});
