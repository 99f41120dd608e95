import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const commandsBlocked = scenarioOf('commands-blocked');

describe('commands-blocked', () => {
  it.each(playTimes)('keeps the feeder on against its order', async (startTime) => {
    const blocked = await play(commandsBlocked, 600, startTime);
    const obeyed = await play(
      { ...commandsBlocked, steps: commandsBlocked.steps.filter(({ actor }) => actor === 'operator') },
      600,
      startTime,
    );
    expect([blocked.register('QF3.POS'), obeyed.register('QF3.POS')]).toEqual([1, 0]);
    expect(blocked.truth('feeder3.power')).toBeGreaterThan(1);
    expect(blocked.register('RTU1.SEQ')).toBe(obeyed.register('RTU1.SEQ'));
  });
});
