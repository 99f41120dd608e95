import type { Kept } from './effects.ts';

/** A request without a response so far. */
export interface Pending {
  readonly operation: string;
  /** Time of sending, ms UTC. */
  readonly time: number;
  readonly kept: Kept | undefined;
  /** Number of bytes of the budget that it holds. */
  readonly cost: number;
}

const most = 512;

/** Unanswered requests of one channel, by request id. */
export class PendingRequests {
  readonly #waiting = new Map<number, Pending>();
  /** Ids of those that would change something, in the order of sending. */
  readonly #changes = new Set<number>();
  /** Requests with smaller ids may have been sent unseen, so that a response without a request is no fault. */
  #horizon: number | undefined;
  #blind = true;

  /** Requests may have been missed until the next one is seen. */
  missed(): void {
    this.#blind = true;
  }

  /** Every request from here on is seen. */
  complete(): void {
    this.#blind = false;
  }

  /** Adds a request. Returns one that will not be matched any more, because its id was used again or the table is full. */
  add(id: number, request: Pending): Pending | undefined {
    if (this.#blind) this.#horizon = id;
    this.#blind = false;
    const displaced = this.take(id) ?? (this.#waiting.size >= most ? this.#takeOldest() : undefined);
    this.#waiting.set(id, request);
    if (request.kept?.kind === 'changes') this.#changes.add(id);
    return displaced;
  }

  take(id: number): Pending | undefined {
    const request = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#changes.delete(id);
    return request;
  }

  /** Removes the oldest request; its response may still arrive. */
  #takeOldest(): Pending | undefined {
    const [oldest] = this.#waiting.keys();
    if (oldest === undefined) return undefined;
    if (!this.expected(oldest)) this.#horizon = (oldest + 1) >>> 0;
    return this.take(oldest);
  }

  /** A change sent before a time and not answered. It stays pending, but nothing is kept for it any more. */
  overdue(before: number): Pending | undefined {
    const [id] = this.#changes;
    const request = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || request === undefined || request.time >= before) return undefined;
    this.#changes.delete(id);
    this.#waiting.set(id, { ...request, kept: undefined, cost: 0 });
    return request;
  }

  /** True if a response to an unknown request may belong to one that was not seen. */
  expected(id: number): boolean {
    return this.#blind || (this.#horizon !== undefined && ((id - this.#horizon) | 0) < 0);
  }

  /** Removes and returns all pending requests. */
  drain(): Pending[] {
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#changes.clear();
    return left;
  }
}
