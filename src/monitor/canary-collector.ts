import { BatchBuilder } from '../core/batch.ts';
import { canaryEveryMs, canaryName, canaryValue } from '../core/canary.ts';
import type { Clock } from '../core/clock.ts';
import type { Collector, Session } from '../core/collector.ts';
import { isAbort } from '../core/errors.ts';
import { type Observation, observeBatch } from '../core/observation.ts';
import { Quality } from '../core/quality.ts';

/** Interval of the samples, ms. By them, the supervisor also recognises a live session. */
const sampleEveryMs = 20_000;

/** Yields synthetic samples, like a device with one tag: each minute one beyond the limit, then normal ones. @param clock machine's clock */
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
    for (let at = 0; !closed.aborted; at = (at + sampleEveryMs) % canaryEveryMs) {
      yield sampleAt(clock.now(), at === 0 ? canaryValue : 0);
      await clock.sleep(sampleEveryMs, closed);
    }
  } catch (thrown) {
    if (!isAbort(thrown)) throw thrown;
  }
}

function sampleAt(time: number, value: number): Observation {
  const batch = new BatchBuilder(canaryName, 1, false);
  batch.add(0, value, Quality.Good, time, time);
  return observeBatch(batch.publish());
}
