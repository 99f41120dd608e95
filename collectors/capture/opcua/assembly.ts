import type { Budget } from './budget.ts';

/** Maximum size of one message, in bytes and chunks; a longer one is decoded up to this limit. */
const mostBytes = 2 << 20;
const mostChunks = 512;
/** Maximum number of unfinished messages of one side; a conforming sender has one. */
const mostOpen = 4;

interface Unfinished {
  readonly parts: Buffer[];
  bytes: number;
  cut: boolean;
}

/** A message that was assembled from its chunks. */
export interface Assembled {
  readonly bytes: Buffer;
  /** True if the end of the message was not kept. */
  readonly cut: boolean;
}

/** Assembles the chunks of one side by request id (OPC 10000-6, 6.7.2). */
export class Assembly {
  readonly #budget: Budget;
  readonly #open = new Map<number, Unfinished>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  has(request: number): boolean {
    return this.#open.has(request);
  }

  /** Adds a chunk that is not the last. Copies the bytes. */
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

  /** Adds the last chunk. A message of one chunk is returned without copying. */
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
