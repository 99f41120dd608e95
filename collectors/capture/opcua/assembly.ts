import type { Budget } from './budget.ts';

/** Most that one message may be long, in bytes and chunks; what is longer is read as far as this reaches. */
const mostBytes = 2 << 20;
const mostChunks = 512;
/** Messages of one side that may be unfinished at once: a sender that follows the standard has one. */
const mostOpen = 4;

interface Unfinished {
  readonly parts: Buffer[];
  bytes: number;
  cut: boolean;
}

/** A message put together from its chunks. */
export interface Assembled {
  readonly bytes: Buffer;
  /** True where the rest was not kept. */
  readonly cut: boolean;
}

/** Puts one side's chunks together, by request id (OPC 10000-6, 6.7.2). */
export class Assembly {
  readonly #budget: Budget;
  readonly #open = new Map<number, Unfinished>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  has(request: number): boolean {
    return this.#open.has(request);
  }

  /** A chunk that others follow. The bytes are copied. */
  add(request: number, bytes: Buffer): void {
    const message = this.#open.get(request) ?? { parts: [], bytes: 0, cut: false };
    if (!this.#open.has(request) && this.#open.size >= mostOpen) for (const oldest of this.#open.keys()) this.drop(oldest);
    this.#open.set(request, message);
    const fits = message.bytes + bytes.length <= mostBytes && message.parts.length < mostChunks && !message.cut;
    if (!fits || !this.#budget.take(bytes.length)) message.cut = true;
    else {
      message.parts.push(Buffer.from(bytes));
      message.bytes += bytes.length;
    }
  }

  /** The last chunk. Without others before it the message is these bytes, not copied. */
  finish(request: number, bytes: Buffer): Assembled {
    const message = this.#open.get(request);
    if (message === undefined) return { bytes, cut: false };
    if (message.cut) this.#budget.messagesCut++;
    const whole = message.cut ? message.parts : [...message.parts, bytes];
    this.drop(request);
    return { bytes: Buffer.concat(whole), cut: message.cut };
  }

  drop(request: number): void {
    this.#budget.give(this.#open.get(request)?.bytes ?? 0);
    this.#open.delete(request);
  }

  clear(): void {
    for (const request of this.#open.keys()) this.drop(request);
  }
}
