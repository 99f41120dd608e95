import type { PacketStamp } from '../decoder.ts';
import type { Request } from './pdu.ts';
import type { WriteDraft } from './writes.ts';

/** A request that waits for its response. */
export interface PendingRequest {
  readonly transaction: number;
  readonly unit: number;
  readonly request: Request;
  /** Beginning of its PDU, for answers that repeat a part of it. */
  readonly head: Buffer;
  readonly at: PacketStamp;
  readonly drafts: readonly WriteDraft[];
}

/** Reason why a response has no request. */
export type Stray = 'again' | 'other' | 'nobody';

/** Number of recent answers kept to recognise repeated ones. */
const remembered = 32;

/**
 * Unanswered requests of one connection in order of age, found by transaction, unit and function. At most `capacity`; the
 * Messaging Guide V1.0b (4.2.1) expects 1 to 16 in flight.
 */
export class PendingRequests {
  /** Requests that were given up without a response. */
  unanswered = 0;
  readonly #capacity: number;
  readonly #giveUp: (pending: PendingRequest) => void;
  #waiting: PendingRequest[] = [];
  readonly #answered = new Float64Array(remembered).fill(-1);
  #nextAnswered = 0;

  /** @param giveUp receives each request that is given up */
  constructor(capacity: number, giveUp: (pending: PendingRequest) => void) {
    this.#capacity = capacity;
    this.#giveUp = giveUp;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(pending: PendingRequest): void {
    if (this.#waiting.length >= this.#capacity) this.#drop(1);
    this.#waiting.push(pending);
  }

  /**
   * Removes and returns the request that a response answers; else the reason why there is none.
   * @param forAny the response's unit may answer for any other
   */
  match(transaction: number, unit: number, code: number, forAny: boolean): PendingRequest | Stray {
    const key = keyOf(transaction, unit, code);
    const index = this.#waiting.findIndex(
      (pending) => keyOf(pending.transaction, forAny ? unit : pending.unit, pending.request.code) === key,
    );
    const [pending] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (pending !== undefined) {
      this.#answered[this.#nextAnswered++ % remembered] = key;
      return pending;
    }
    if (this.#waiting.some((other) => other.transaction === transaction)) return 'other';
    return this.#answered.includes(key) ? 'again' : 'nobody';
  }

  /** Gives up requests sent before a time. */
  expire(before: number): void {
    let old = 0;
    while (old < this.#waiting.length && (this.#waiting[old]?.at.time ?? before) < before) old++;
    if (old > 0) this.#drop(old);
  }

  /** Gives up all requests. */
  clear(): void {
    this.#drop(this.#waiting.length);
  }

  #drop(count: number): void {
    for (const pending of this.#waiting.splice(0, count)) {
      this.unanswered++;
      this.#giveUp(pending);
    }
  }
}

const keyOf = (transaction: number, unit: number, code: number): number => (transaction * 256 + unit) * 256 + code;
