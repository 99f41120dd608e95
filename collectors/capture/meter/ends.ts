import type { WireEnds } from '../../../src/core/wire.ts';

/**
 * Stands for all conversations that were too many to be told one by one within a reporting period.
 */
export const elsewhere: WireEnds = { client: '*', server: '*', port: 0, protocol: 'other' };

const keys = new WeakMap<WireEnds, string>();

/** One text for each pair of ends, whatever object it came in. */
export function keyOf(ends: WireEnds): string {
  const known = keys.get(ends);
  if (known !== undefined) return known;
  const key = `${ends.client}>${ends.server}:${ends.port}/${ends.protocol}`;
  keys.set(ends, key);
  return key;
}

/** How much that is new may still be told in this period. */
export class Budget {
  /** What was not told by itself, since the beginning. */
  exceeded = 0;
  readonly #most: number;
  #left: number;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  take(): boolean {
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.exceeded++;
    return false;
  }

  renew(): void {
    this.#left = this.#most;
  }
}
