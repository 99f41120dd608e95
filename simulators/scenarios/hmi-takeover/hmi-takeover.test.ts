import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('hmi-takeover', () => {
  it.each(playTimes)('lowers chlorine within an hour', async (startTime) => {
    const { truth, register } = await play('hmi-takeover', 4_221, startTime);
    expect(register('CL.SP')).toBe(0.3);
    expect(truth('contact.chlorine')).toBeLessThan(0.6);
  });
});
