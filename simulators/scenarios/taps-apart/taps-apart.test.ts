import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('taps-apart', () => {
  it.each(playTimes)('makes reactive power circulate at a nearly normal voltage', async (startTime) => {
    const before = await play('taps-apart', 60, startTime);
    const after = await play('taps-apart', 210, startTime);
    const circulating = (after.truth('transformer1.reactive') - after.truth('transformer2.reactive')) / 2;
    expect(circulating).toBeGreaterThan(24);
    expect(after.truth('transformer1.hot')).toBeGreaterThan(before.truth('transformer1.hot') + 18);
    expect(after.truth('transformer2.hot')).toBeGreaterThan(before.truth('transformer2.hot') + 18);
    expect(after.truth('busA.voltage')).toBeLessThan(before.truth('busA.voltage'));
    expect(after.truth('busA.voltage')).toBeGreaterThan(before.truth('busA.voltage') - 0.02);
  });
});
