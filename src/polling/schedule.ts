/** Something that is polled at a rate of its own. */
export interface ScanJob<T> {
  readonly item: T;
  readonly periodMs: number;
  /** New jobs are due at once, unless they can wait for their place in the period. */
  readonly waits?: boolean | undefined;
}

interface Slot<T> {
  readonly item: T;
  readonly periodMs: number;
  /** Where in its period it lies, 0 to 1. */
  readonly phase: number;
  readonly baseMs: number;
  /** Number of the point of the grid at which it is due, counted as an integer: sums of floats would repeat a point. */
  point: number;
  dueMs: number;
  busy: boolean;
}

/** The point of a slot that has not been polled yet. */
const unplaced = Number.NEGATIVE_INFINITY;

/**
 * When each of a device's requests is due. The requests of a period are spread evenly over it, on a grid that delays do not
 * shift. A poll that comes too late skips what it missed instead of running after it. Of those that are due, the one goes first
 * that has waited for the largest part of its period: where a device can not keep up, every rate is late by a like part of its
 * period, and none is starved.
 */
export class ScanSchedule<T> {
  readonly #startMs: number;
  readonly #phaseOf: (periodMs: number) => number;
  #slots: Slot<T>[] = [];
  #skipped = 0;
  #lateMs = 0;

  /** @param phaseOf where the first request of a period lies in it, 0 to 1: another for each device, so that they do not poll in step */
  constructor(startMs: number, phaseOf: (periodMs: number) => number) {
    this.#startMs = startMs;
    this.#phaseOf = phaseOf;
  }

  /** Polls that were left out because earlier ones took too long. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The most that a poll has begun after it was due, ms. */
  get lateMs(): number {
    return this.#lateMs;
  }

  /** Brings the schedule in line with `jobs`: what stays keeps its grid, what is new gets a place in the widest gaps of its period. */
  set(jobs: readonly ScanJob<T>[], nowMs: number): void {
    const known = new Map(this.#slots.map((slot) => [slot.item, slot]));
    const kept = jobs.flatMap(({ item, periodMs }) => (known.get(item)?.periodMs === periodMs ? (known.get(item) ?? []) : []));
    const keptItems = new Set(kept.map(({ item }) => item));
    const fresh = Map.groupBy(
      jobs.filter(({ item }) => !keptItems.has(item)),
      ({ periodMs }) => periodMs,
    );
    const made = new Map<T, Slot<T>>();
    for (const [periodMs, some] of fresh) {
      const taken = kept.filter((slot) => slot.periodMs === periodMs).map(({ phase }) => phase);
      const phases = spread(taken, some.length, this.#phaseOf(periodMs));
      some.forEach((job, i) => made.set(job.item, this.#slot(job, phases[i] ?? 0, nowMs)));
    }
    this.#slots = jobs.flatMap(({ item }) => made.get(item) ?? (keptItems.has(item) ? (known.get(item) ?? []) : []));
  }

  /** When the first is due; infinite if there is none. */
  nextMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { dueMs, busy } of this.#slots) if (!busy) first = Math.min(first, dueMs);
    return first;
  }

  /** Which of those that are due and `wanted` has waited for the largest part of its period. */
  due(nowMs: number, wanted: (item: T) => boolean = () => true): T | undefined {
    let chosen: Slot<T> | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const slot of this.#slots) {
      const waited = (nowMs - slot.dueMs) / slot.periodMs;
      if (waited >= 0 && waited > most && !slot.busy && wanted(slot.item)) {
        chosen = slot;
        most = waited;
      }
    }
    return chosen?.item;
  }

  /** The item is being polled: it is not due until it was. */
  begun(item: T, nowMs: number): void {
    const slot = this.#slots.find((other) => other.item === item);
    if (slot === undefined) return;
    slot.busy = true;
    if (slot.point !== unplaced) this.#lateMs = Math.max(this.#lateMs, nowMs - slot.dueMs);
  }

  /**
   * The item was polled; its next poll is the first of its grid after `nowMs`.
   * @param stretch more than 1 to use only each so-manieth point of the grid
   */
  polled(item: T, nowMs: number, stretch = 1): void {
    const slot = this.#slots.find((other) => other.item === item);
    // It may have been replaced by what its answer has shown.
    if (slot === undefined) return;
    slot.busy = false;
    const { periodMs, baseMs } = slot;
    const reached = Math.floor((nowMs - baseMs) / periodMs);
    const first = slot.point === unplaced;
    if (!first) this.#skipped += Math.max(0, reached - slot.point);
    slot.point = first ? reached + stretch : Math.max(slot.point, reached) + stretch;
    // The first poll was at once, wherever its place is: the next must not follow on its heels.
    if (first && baseMs + slot.point * periodMs - nowMs < periodMs / 2) slot.point++;
    slot.dueMs = baseMs + slot.point * periodMs;
  }

  #slot({ item, periodMs, waits = false }: ScanJob<T>, phase: number, nowMs: number): Slot<T> {
    // In parts that add up exactly, so that a clock which stands still until somebody is due does not stand for ever.
    const baseMs = this.#startMs + Math.round(phase * periodMs * 1024) / 1024;
    const point = Math.floor((nowMs - baseMs) / periodMs);
    if (!waits) return { item, periodMs, phase, baseMs, point: unplaced, dueMs: nowMs, busy: false };
    return { item, periodMs, phase, baseMs, point: point + 1, dueMs: baseMs + (point + 1) * periodMs, busy: false };
  }
}

/** `count` phases as evenly among those that are taken as they go; evenly from `first` on where none is. */
function spread(taken: readonly number[], count: number, first: number): number[] {
  if (taken.length === 0) return Array.from({ length: count }, (_, i) => (first + i / count) % 1);
  const all = taken.toSorted((a, b) => a - b);
  return Array.from({ length: count }, () => {
    let widest = { at: 0, width: -1 };
    all.forEach((phase, i) => {
      const next = all[i + 1] ?? (all[0] ?? 0) + 1;
      if (next - phase > widest.width) widest = { at: i, width: next - phase };
    });
    const place = ((all[widest.at] ?? 0) + widest.width / 2) % 1;
    all.push(place);
    all.sort((a, b) => a - b);
    return place;
  });
}
