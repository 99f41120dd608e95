import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('program-download', () => {
  it('changes the checksum, and nothing else', async () => {
    const played = await play('program-download', 3600);
    expect([played.register('PLC1.MODE'), played.register('PLC1.SUM')]).toEqual([1, 41_770]);
    expect(played.truth('safety.tripped')).toBe(0);
    expect(Math.abs(played.truth('reactor.temperature') - 120.4)).toBeLessThan(0.5);
  });
});
