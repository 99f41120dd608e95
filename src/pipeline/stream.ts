import type { Observation } from '../core/observation.ts';
import { BoundedQueue, type QueueStats } from '../core/queue.ts';

/**
 * The one stream of observations. Every reader has a bounded queue of its own and sees all of it in the same order; a full
 * queue makes the collectors wait, so nothing is lost between a device and the detectors or the historian.
 */
export class ObservationStream {
  readonly #bound: number;
  readonly #queues: BoundedQueue<Observation>[] = [];
  readonly #taps: ((observation: Observation) => void)[] = [];

  /** @param bound observations that may wait for one reader */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** A reader that takes its time. */
  read(name: string): BoundedQueue<Observation> {
    const queue = new BoundedQueue<Observation>(name, this.#bound, 'block');
    this.#queues.push(queue);
    return queue;
  }

  /** A reader that is done when it returns: the table of latest values, counters. */
  tap(reader: (observation: Observation) => void): void {
    this.#taps.push(reader);
  }

  async publish(observation: Observation, signal?: AbortSignal): Promise<void> {
    for (const tap of this.#taps) tap(observation);
    for (const queue of this.#queues) await queue.push(observation, signal);
  }

  /** Readers get what is left and then end. */
  close(): void {
    for (const queue of this.#queues) queue.close();
  }

  stats(): QueueStats[] {
    return this.#queues.map((queue) => queue.stats());
  }
}
