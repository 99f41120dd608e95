import type { Observation } from '../core/observation.ts';
import { BoundedQueue, type QueueStats } from '../core/queue.ts';

/** A reader whose queue is full and that reads nothing for this long no longer delays the others, ms. */
const stalledMs = 3_000;

interface Reader {
  readonly queue: BoundedQueue<Observation>;
  /** Number of read observations, and the time at which that last grew, or its queue had space, ms. */
  taken: number;
  movedAt: number;
  stalled: boolean;
}

/**
 * The single stream of observations. Every reader has a bounded queue and receives all observations in the same order. A full
 * queue makes the collectors wait, so nothing is lost between a device and the detectors or the historian. Only a stalled reader
 * loses its oldest observations, which are counted, until it reads again: it must not stop the others.
 */
export class ObservationStream {
  readonly #bound: number;
  readonly #readers: Reader[] = [];
  readonly #taps: ((observation: Observation) => void)[] = [];

  /** @param bound most waiting observations of one reader */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** An asynchronous reader. */
  read(name: string): BoundedQueue<Observation> {
    const queue = new BoundedQueue<Observation>(name, this.#bound, 'block');
    this.#readers.push({ queue, taken: 0, movedAt: Number.NaN, stalled: false });
    return queue;
  }

  /** A synchronous reader: the table of latest values, counters. It must not throw. */
  tap(reader: (observation: Observation) => void): void {
    this.#taps.push(reader);
  }

  async publish(observation: Observation, signal?: AbortSignal): Promise<void> {
    for (const tap of this.#taps) tap(observation);
    for (const { queue } of this.#readers) await queue.push(observation, signal);
  }

  /** Must be called about once a second. Detects stalled readers, and those that read again. @param now monotonic, ms */
  checkReaders(now: number): void {
    for (const reader of this.#readers) {
      const { queue } = reader;
      const hasRoom = queue.length < this.#bound;
      if (hasRoom || queue.taken !== reader.taken || Number.isNaN(reader.movedAt)) {
        reader.taken = queue.taken;
        reader.movedAt = now;
      }
      if (!reader.stalled && now - reader.movedAt >= stalledMs) {
        reader.stalled = true;
        queue.usePolicy('drop-oldest');
      } else if (reader.stalled && queue.length <= this.#bound / 2) {
        reader.stalled = false;
        queue.usePolicy('block');
      }
    }
  }

  /** Ends the stream: readers get the rest and then end. */
  close(): void {
    for (const { queue } of this.#readers) queue.close();
  }

  /** Observations that a reader has lost while it was stalled. */
  droppedBy(name: string): number {
    return this.stats().find((queue) => queue.name === name)?.dropped ?? 0;
  }

  stats(): QueueStats[] {
    return this.#readers.map(({ queue }) => queue.stats());
  }
}
