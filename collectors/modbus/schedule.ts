/** One rate at which tags are read. */
export interface ScanRate {
  readonly periodMs: number;
  /** Where in the period its polls lie, 0 to 1, so that neither rates nor devices poll all at once. */
  readonly phase: number;
}

interface Slot {
  readonly periodMs: number;
  readonly baseMs: number;
  /** Number of the point of the grid at which it is due, counted as an integer: sums of floats would repeat a point. */
  point: number;
  dueMs: number;
}

/**
 * When each rate is due. The first poll is at once; after it polls lie on a fixed grid, so that delays do not add up, and
 * a poll that took longer than its period skips what it missed instead of running after it.
 */
export class ScanSchedule {
  readonly #slots: readonly Slot[];
  #skipped = 0;

  constructor(rates: readonly ScanRate[], startMs: number) {
    this.#slots = rates.map(({ periodMs, phase }) => ({
      periodMs,
      baseMs: startMs + phase * periodMs,
      point: phase === 0 ? 0 : -1,
      dueMs: startMs,
    }));
  }

  /** Polls that were left out because an earlier one took too long. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The rate that is due first, and when; undefined if there is none. */
  next(): { readonly index: number; readonly dueMs: number } | undefined {
    let first: { index: number; dueMs: number } | undefined;
    for (const [index, { dueMs }] of this.#slots.entries())
      if (first === undefined || dueMs < first.dueMs) first = { index, dueMs };
    return first;
  }

  /** The rate was polled; its next poll is the first of its grid after `nowMs`. */
  polled(index: number, nowMs: number): void {
    const slot = this.#slots[index];
    if (slot === undefined) throw new RangeError(`no scan rate ${index}`);
    const { periodMs, baseMs } = slot;
    const after = Math.max(slot.point, Math.floor((nowMs - baseMs) / periodMs)) + 1;
    this.#skipped += after - slot.point - 1;
    slot.point = after;
    slot.dueMs = baseMs + after * periodMs;
  }
}
