import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('temperature-drift', () => {
  it('makes the reactor hotter while its transmitter stays at the set-point', async () => {
    const played = await play('temperature-drift', 3600);
    expect(played.truth('reactor.temperature')).toBeGreaterThan(123);
    expect(Math.abs(played.register('R1.TT01A') - 120.4)).toBeLessThan(1);
    expect(played.register('R1.TT01B')).toBeGreaterThan(123);
  });
});
