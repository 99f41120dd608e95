import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';

describe('voltage-setpoint', () => {
  it.each(playTimes)('raises the voltage of the busbars as stated', async (startTime) => {
    const waiting = await play('voltage-setpoint', 110, startTime);
    const before = waiting.truth('transformer1.tap');
    const after = await play('voltage-setpoint', 300, startTime);
    expect(after.truth('transformer1.tap')).toBeGreaterThan(before);
    for (const bus of ['BUSA', 'BUSB']) {
      expect(Math.abs(waiting.register(`${bus}.UAB`) - 20.4), bus).toBeLessThan(0.35);
      expect(after.register(`${bus}.UAB`), bus).toBeGreaterThan(21.5);
      expect(after.register(`${bus}.UAB`), bus).toBeLessThan(21.9);
    }
  });
});
