import { type Batch, BatchBuilder } from '../../../src/core/batch.ts';
import { type Observation, observeBatch, observeEvent } from '../../../src/core/observation.ts';
import { Quality } from '../../../src/core/quality.ts';
import type { TagTable } from '../../../src/core/tag.ts';

/** Two requests without an answer end a session of the collector, each after its timeout, ms of machine time. */
const givenUpMs = 2_000;

/** Controllers whose replies are dropped, as the collector and its supervisor observe them: no values, then a device that is down. */
export class BlockedReplies {
  readonly #tags: TagTable;
  readonly #speed: number;
  /** Time at which each controller is given up, ms UTC; infinite once it is down. */
  readonly #blocked = new Map<string, number>();
  /** Controllers that were down, until their next value. */
  readonly #down = new Set<string>();

  /** @param speed plant seconds per second: timeouts are in machine time */
  constructor(tags: TagTable, speed: number) {
    this.#tags = tags;
    this.#speed = speed;
  }

  block(controller: string, time: number): void {
    if (!this.#blocked.has(controller)) this.#blocked.set(controller, time + givenUpMs * this.#speed);
  }

  release(): void {
    this.#blocked.clear();
  }

  /** What the supervisor publishes until a time: the state of a device that is given up, and its tags without values. */
  until(time: number): readonly Observation[] {
    return [...this.#blocked].flatMap(([device, at]) => {
      if (time < at) return [];
      this.#blocked.set(device, Number.POSITIVE_INFINITY);
      this.#down.add(device);
      const reason = `${device} does not answer any more`;
      const tags = this.#tags.ofDevice(device);
      const batch = new BatchBuilder(device, tags.length);
      for (const tag of tags) batch.add(tag, Number.NaN, Quality.BadNotConnected, time, time);
      return [observeEvent({ type: 'device', time, device, state: 'down', reason }), observeBatch(batch.publish())];
    });
  }

  /** A read of the collector as it arrives: not at all while the device is blocked, and after that with the state of the device. */
  arrivals(batch: Batch): readonly Observation[] {
    const { device, receiveTime } = batch;
    if (this.#blocked.has(device)) return [];
    const time = receiveTime[0] as number;
    const isBack = this.#down.delete(device);
    return [
      ...(isBack ? [observeEvent({ type: 'device', time, device, state: 'up', reason: 'answers' })] : []),
      observeBatch(batch),
    ];
  }
}
