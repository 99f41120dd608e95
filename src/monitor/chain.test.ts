import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { LinkMeter } from './chain.ts';

/** A clock whose time of day can be set; its monotonic time continues. */
class SetClock extends VirtualClock {
  setMs = 0;
  override now(): number {
    return super.now() + this.setMs;
  }
}

describe('a link of the chain', () => {
  it.each([0, -3_600_000, 3_600_000])(
    'reports the age of passing samples, also when the clock was set by %s ms meanwhile',
    async (setMs) => {
      const clock = new SetClock(1_000_000_000);
      const meter = new LinkMeter('detectors', clock);
      const receivedAt = clock.monotonic();
      await clock.advance(250);
      clock.setMs = setMs;
      meter.count(10, receivedAt);
      expect(meter.read().lagMs).toBe(250);
    },
  );

  it('has no age for replayed samples', () => {
    const meter = new LinkMeter('detectors', new VirtualClock(0));
    meter.count(10);
    expect(meter.read().lagMs).toBeNaN();
  });

  it('reports the rate of the last five seconds', async () => {
    const clock = new VirtualClock(0);
    const meter = new LinkMeter('historian', clock);
    for (let second = 0; second < 5; second++) {
      meter.count(40, clock.monotonic());
      await clock.advance(1_000);
    }
    expect(meter.read().perSecond).toBe(40);
  });
});
