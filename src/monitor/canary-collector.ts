import { BatchBuilder } from '../core/batch.ts';
import { canaryEveryMs, canaryName, canaryValue } from '../core/canary.ts';
import type { Clock } from '../core/clock.ts';
import type { Collector, Session } from '../core/collector.ts';
import { isAbort } from '../core/errors.ts';
import { type Observation, observeBatch, observeEvent } from '../core/observation.ts';
import { Quality } from '../core/quality.ts';

/** Interval of the ticks by which the supervisor recognises a live session, ms. */
const tickEveryMs = 20_000;

/** Yields one synthetic sample a minute, like a device with one tag. @param clock machine's clock */
export const canaryCollector = (clock: Clock): Collector => ({
  connect: async () => sessionOf(clock),
});

function sessionOf(clock: Clock): Session {
  const closed = new AbortController();
  return {
    [Symbol.asyncIterator]: () => samples(clock, closed.signal),
    stats: () => ({ requests: 0, errors: 0, bytes: 0 }),
    [Symbol.asyncDispose]: async () => closed.abort(),
  };
}

async function* samples(clock: Clock, closed: AbortSignal): AsyncGenerator<Observation, void> {
  try {
    for (let at = 0; !closed.aborted; at = (at + tickEveryMs) % canaryEveryMs) {
      yield at === 0 ? sampleAt(clock.now()) : observeEvent({ type: 'tick', time: clock.now() });
      await clock.sleep(tickEveryMs, closed);
    }
  } catch (thrown) {
    if (!isAbort(thrown)) throw thrown;
  }
}

function sampleAt(time: number): Observation {
  const batch = new BatchBuilder(canaryName, 1, false);
  batch.add(0, canaryValue, Quality.Good, time, time);
  return observeBatch(batch.publish());
}
