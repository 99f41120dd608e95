import type { Kept } from './effects.ts';

/** A request that is not answered yet. */
export interface Pending {
  readonly operation: string;
  /** When it was sent, ms UTC. */
  readonly time: number;
  readonly kept: Kept | undefined;
  /** Bytes of the budget that it holds. */
  readonly cost: number;
}

const most = 512;

/** Requests of one channel that wait for their responses, by request id. */
export class PendingRequests {
  readonly #waiting = new Map<number, Pending>();
  /** Those of them that would change something, in the order in which they were asked. */
  readonly #changes = new Set<number>();
  /** Requests before this id may have been sent unseen: a response to one of them is none that nobody asked for. */
  #horizon: number | undefined;
  #blind = true;

  /** Requests may have been missed, up to the next one that is seen. */
  missed(): void {
    this.#blind = true;
  }

  /** Every request from here on is seen. */
  complete(): void {
    this.#blind = false;
  }

  /** Remembers a request; gives back one that will not be matched any more, because its id came again or there is no room. */
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

  /** Whoever waits for longest; its response may still come. */
  #takeOldest(): Pending | undefined {
    const [oldest] = this.#waiting.keys();
    if (oldest === undefined) return undefined;
    if (!this.expected(oldest)) this.#horizon = (oldest + 1) >>> 0;
    return this.take(oldest);
  }

  /** A change that was asked for before a time and is not answered. It goes on waiting, but nothing is kept for it any more. */
  overdue(before: number): Pending | undefined {
    const [id] = this.#changes;
    const request = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || request === undefined || request.time >= before) return undefined;
    this.#changes.delete(id);
    this.#waiting.set(id, { ...request, kept: undefined, cost: 0 });
    return request;
  }

  /** Whether a response to an unknown request may belong to one that was not seen. */
  expected(id: number): boolean {
    return this.#blind || (this.#horizon !== undefined && ((id - this.#horizon) | 0) < 0);
  }

  /** All that is left, which no longer waits. */
  drain(): Pending[] {
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#changes.clear();
    return left;
  }
}
