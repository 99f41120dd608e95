import { ScadaError } from './errors.ts';

/** Policy of a full queue: make the producer wait, or drop an item and count it. */
export type QueuePolicy = 'block' | 'drop-oldest' | 'drop-newest';

export interface QueueStats {
  readonly name: string;
  /** Unit of `used` and `bound`; items if absent. */
  readonly unit?: 'bytes' | undefined;
  readonly used: number;
  readonly bound: number;
  readonly policy: QueuePolicy;
  readonly dropped: number;
}

/** A queue with a bound, a policy and a counter of dropped items. One consumer iterates it. */
export class BoundedQueue<T> implements AsyncIterable<T> {
  readonly #name: string;
  readonly #bound: number;
  #policy: QueuePolicy;
  #items: (T | undefined)[] = [];
  #head = 0;
  #dropped = 0;
  #taken = 0;
  #closed = false;
  #readers: (() => void)[] = [];
  #writers: (() => void)[] = [];

  constructor(name: string, bound: number, policy: QueuePolicy) {
    if (!Number.isInteger(bound) || bound < 1) throw new RangeError(`queue ${name}: bound must be a positive integer`);
    this.#name = name;
    this.#bound = bound;
    this.#policy = policy;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Number of items that the consumer has taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Changes the policy, also for a waiting producer. */
  usePolicy(policy: QueuePolicy): void {
    this.#policy = policy;
    for (const wake of this.#writers.splice(0)) wake();
  }

  stats(): QueueStats {
    return { name: this.#name, used: this.length, bound: this.#bound, policy: this.#policy, dropped: this.#dropped };
  }

  /** Waits for space under policy `block`; otherwise resolves at once. Rejects with QUEUE_CLOSED after `close`. */
  async push(item: T, signal?: AbortSignal): Promise<void> {
    while (this.#policy === 'block' && this.length >= this.#bound && !this.#closed) {
      signal?.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#writers.push(resolve);
      const wake = (): void => resolve();
      signal?.addEventListener('abort', wake, { once: true });
      await promise;
      // a signal outlives many waits, so remaining listeners would accumulate
      signal?.removeEventListener('abort', wake);
    }
    signal?.throwIfAborted();
    this.offer(item);
  }

  /** Adds the item at once. False if an item, old or new, was dropped. Under `block`, a full queue refuses it. */
  offer(item: T): boolean {
    if (this.#closed) throw new ScadaError('fatal', 'QUEUE_CLOSED', `queue ${this.#name} is closed`);
    const full = this.length >= this.#bound;
    if (full && this.#policy !== 'drop-oldest') {
      this.#dropped++;
      return false;
    }
    if (full) {
      this.#take();
      this.#dropped++;
    }
    this.#items.push(item);
    wakeOne(this.#readers);
    return !full;
  }

  /** Accepts no more items. The consumer receives the remaining items and then ends. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const wake of [...this.#readers.splice(0), ...this.#writers.splice(0)]) wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      while (this.length > 0) {
        const item = this.#take();
        this.#taken++;
        wakeOne(this.#writers);
        yield item as T;
      }
      if (this.#closed) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#readers.push(resolve);
      await promise;
    }
  }

  /**
   * Iterates with a pause each time the queue is empty; items that arrive meanwhile are taken at once. For readers that are
   * expensive to wake, or that take many items at nearly the cost of one.
   */
  async *inBursts(pause: () => Promise<void>): AsyncGenerator<T, void, void> {
    for await (const item of this) {
      yield item;
      if (this.length === 0 && !this.#closed) await pause();
    }
  }

  #take(): T | undefined {
    const item = this.#items[this.#head];
    // the queue keeps no reference to taken items, so that they are collected early
    this.#items[this.#head] = undefined;
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

function wakeOne(waiting: (() => void)[]): void {
  waiting.shift()?.();
}
