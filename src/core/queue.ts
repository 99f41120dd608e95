import { ScadaError } from './errors.ts';

/** Policy of a full queue: make the producer wait, or drop an item and count it. */
export type QueuePolicy = 'block' | 'drop-oldest' | 'drop-newest';

export interface QueueStats {
  readonly name: string;
  readonly used: number;
  readonly bound: number;
  readonly policy: QueuePolicy;
  readonly dropped: number;
}

/** A queue with a bound, a policy and a visible counter of what it dropped. One consumer iterates it. */
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

  /** Items that the consumer has taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Applies another policy from now on, also to a waiting producer. */
  usePolicy(policy: QueuePolicy): void {
    this.#policy = policy;
    for (const wake of this.#writers.splice(0)) wake();
  }

  stats(): QueueStats {
    return { name: this.#name, used: this.length, bound: this.#bound, policy: this.#policy, dropped: this.#dropped };
  }

  /** Waits for room under policy `block`; under the others it resolves at once. Rejects with QUEUE_CLOSED after `close`. */
  async push(item: T, signal?: AbortSignal): Promise<void> {
    while (this.#policy === 'block' && this.length >= this.#bound && !this.#closed) {
      signal?.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#writers.push(resolve);
      const wake = (): void => resolve();
      signal?.addEventListener('abort', wake, { once: true });
      await promise;
      // a signal outlives many waits: what is left on it adds up
      signal?.removeEventListener('abort', wake);
    }
    signal?.throwIfAborted();
    this.offer(item);
  }

  /** Puts the item in at once. False if an item was dropped for it, or it itself; under `block` a full queue refuses it. */
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

  /** No more items; the consumer gets what is left and then ends. Idempotent. */
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
   * The same with a pause each time that the queue has run empty: what comes meanwhile is then taken at once. For a reader that is
   * dear to wake, or that takes many at nearly the cost of one.
   */
  async *inBursts(pause: () => Promise<void>): AsyncGenerator<T, void, void> {
    for await (const item of this) {
      yield item;
      if (this.length === 0 && !this.#closed) await pause();
    }
  }

  #take(): T | undefined {
    const item = this.#items[this.#head];
    // what was taken is the reader's alone: held here it would outlive the nursery
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
