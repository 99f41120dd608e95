import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';

describe('touch-up', () => {
  it('moves arm 1 below 250 mm/s in manual mode, and the cell works again', async () => {
    const taught = await play('touch-up', 165);
    expect([taught.register('SS.MODE'), taught.register('R1.CTRL')]).toEqual([1, 1]);
    let fastest = 0;
    for (let s = 0; s < 70; s++) {
      taught.plant.step(1);
      fastest = Math.max(fastest, taught.truth('arm1.tcpSpeed'));
    }
    expect(fastest).toBeLessThan(0.251);
    taught.plant.step(60);
    expect([taught.register('CELL.STATE'), taught.register('C1.OFS')]).toEqual([6, 0.2]);
  });
});
