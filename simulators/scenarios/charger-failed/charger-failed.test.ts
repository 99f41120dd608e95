import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('charger-failed', () => {
  it('discharges the battery as stated', async () => {
    const before = await play('charger-failed', 60);
    expect(before.register('DC.U')).toBeGreaterThan(120);
    const soon = await play('charger-failed', 180);
    expect(soon.register('DC.U')).toBeLessThan(119.3);
    expect(Math.abs(soon.register('DC.I') + 20)).toBeLessThan(1);
  });
});
