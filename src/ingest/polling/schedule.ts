import { Heap, type HeapItem } from './heap.ts';

/** An item that is polled at its own rate. */
export interface ScanJob<T> {
  readonly item: T;
  readonly periodMs: number;
  /** New jobs are due at once, unless they may wait for their phase. */
  readonly waits?: boolean | undefined;
}

interface Slot<T> extends HeapItem {
  readonly item: T;
  readonly periodMs: number;
  /** Position in its period, 0 to 1. */
  readonly phase: number;
  readonly baseMs: number;
  /** Number of its job: of two items due at the same time, the lower one is first. */
  order: number;
  /** Number of the due point on its grid, as an integer: sums of floats would repeat a point. */
  point: number;
  dueMs: number;
  busy: boolean;
}

const goesBefore = (a: Slot<unknown>, b: Slot<unknown>): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

const always = (): boolean => true;

/** Point of a slot that has not been polled yet. */
const unplaced = Number.NEGATIVE_INFINITY;

/**
 * Schedule of a device's requests. The requests of a period are spread evenly over it, on a grid that delays do not shift. A late
 * poll skips missed points instead of repeating them. Of the due requests, the one that has waited for the largest fraction of
 * its period is first. If a device cannot keep up, every rate is therefore late by a similar fraction of its period, and none is
 * starved.
 */
export class ScanSchedule<T> {
  readonly #startMs: number;
  readonly #phaseOf: (periodMs: number) => number;
  readonly #slots = new Map<T, Slot<T>>();
  /** Slots that are not being polled, by period, sorted by due time; in the order of the jobs. */
  #waiting = new Map<number, Heap<Slot<T>>>();
  #skipped = 0;
  #lateMs = 0;
  #heldUpUntil = Number.NEGATIVE_INFINITY;

  /**
   * @param phaseOf phase of the first request of a period, 0 to 1; different per device, so that devices are not polled at the
   * same time
   */
  constructor(startMs: number, phaseOf: (periodMs: number) => number) {
    this.#startMs = startMs;
    this.#phaseOf = phaseOf;
  }

  /** Number of polls that were skipped because earlier ones took too long. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Largest delay of a poll, ms. */
  get lateMs(): number {
    return this.#lateMs;
  }

  /** Updates the schedule to `jobs`. Unchanged jobs keep their grid; new ones are put into the widest gaps of their period. */
  set(jobs: readonly ScanJob<T>[], nowMs: number): void {
    const kept = (job: ScanJob<T>): Slot<T> | undefined => {
      const slot = this.#slots.get(job.item);
      return slot?.periodMs === job.periodMs ? slot : undefined;
    };
    const made = new Map<T, Slot<T>>();
    for (const [periodMs, some] of Map.groupBy(jobs, (job) => job.periodMs)) {
      const fresh = some.filter((job) => kept(job) === undefined);
      const taken = some.flatMap((job) => kept(job)?.phase ?? []);
      const phases = spread(taken, fresh.length, this.#phaseOf(periodMs));
      fresh.forEach((job, i) => made.set(job.item, this.#slot(job, phases[i] ?? 0, nowMs)));
    }
    const slots = jobs.flatMap((job) => made.get(job.item) ?? kept(job) ?? []);
    this.#slots.clear();
    this.#waiting = new Map();
    slots.forEach((slot, order) => {
      slot.order = order;
      this.#slots.set(slot.item, slot);
      if (!slot.busy) this.#await(slot);
    });
  }

  /** Time of the next due poll of a `wanted` item (default: any); infinite if there is none. */
  nextMs(wanted?: (item: T) => boolean): number {
    let first = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting.values()) {
      const slot = wanted === undefined ? waiting.first : waiting.find(always, ({ item }) => wanted(item));
      first = Math.min(first, slot?.dueMs ?? first);
    }
    return first;
  }

  /** The due and `wanted` item (default: any) that has waited for the largest fraction of its period. */
  due(nowMs: number, wanted?: (item: T) => boolean): T | undefined {
    let chosen: Slot<T> | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const waiting of this.#waiting.values()) {
      const slot =
        wanted === undefined
          ? waiting.first
          : waiting.find(
              ({ dueMs }) => dueMs <= nowMs,
              ({ item }) => wanted(item),
            );
      if (slot === undefined) continue;
      const waited = (nowMs - slot.dueMs) / slot.periodMs;
      if (waited < 0 || waited <= most) continue;
      chosen = slot;
      most = waited;
    }
    return chosen?.item;
  }

  /** Records that the device was slow until now: polls that were due meanwhile are late because of it. */
  heldUp(nowMs: number): void {
    this.#heldUpUntil = nowMs;
  }

  /**
   * Marks an item as being polled; it is not due until `polled`.
   * @returns delay of its poll that the monitor caused, not the device, ms
   */
  begun(item: T, nowMs: number): number {
    const slot = this.#slots.get(item);
    if (slot === undefined) return 0;
    slot.busy = true;
    this.#waiting.get(slot.periodMs)?.remove(slot);
    if (slot.point === unplaced) return 0;
    const lateMs = nowMs - slot.dueMs;
    this.#lateMs = Math.max(this.#lateMs, lateMs);
    return slot.dueMs < this.#heldUpUntil ? 0 : lateMs;
  }

  /**
   * Records that the item was polled. Its next poll is the first point of its grid after `nowMs`.
   * @param stretch n > 1 to use only every n-th point of the grid
   */
  polled(item: T, nowMs: number, stretch = 1): void {
    const slot = this.#slots.get(item);
    // Its response may have replaced it.
    if (slot === undefined) return;
    slot.busy = false;
    this.#waiting.get(slot.periodMs)?.remove(slot);
    const { periodMs, baseMs } = slot;
    const reached = Math.floor((nowMs - baseMs) / periodMs);
    const first = slot.point === unplaced;
    if (!first) this.#skipped += Math.max(0, reached - slot.point);
    slot.point = first ? reached + stretch : Math.max(slot.point, reached) + stretch;
    // The first poll was at once, independent of the grid, so the next must not follow immediately.
    if (first && baseMs + slot.point * periodMs - nowMs < periodMs / 2) slot.point++;
    slot.dueMs = baseMs + slot.point * periodMs;
    this.#await(slot);
  }

  #await(slot: Slot<T>): void {
    let waiting = this.#waiting.get(slot.periodMs);
    if (waiting === undefined) {
      waiting = new Heap<Slot<T>>(goesBefore);
      this.#waiting.set(slot.periodMs, waiting);
    }
    waiting.add(slot);
  }

  #slot({ item, periodMs, waits = false }: ScanJob<T>, phase: number, nowMs: number): Slot<T> {
    // In steps that add up exactly, so that a virtual clock reaches the due time.
    const baseMs = this.#startMs + Math.round(phase * periodMs * 1024) / 1024;
    const reached = Math.floor((nowMs - baseMs) / periodMs);
    const point = waits ? reached + 1 : unplaced;
    return {
      item,
      periodMs,
      phase,
      baseMs,
      order: 0,
      point,
      dueMs: waits ? baseMs + point * periodMs : nowMs,
      busy: false,
      place: -1,
    };
  }
}

/** `count` phases, as evenly spaced among the taken ones as possible; evenly from `first` if none is taken. */
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
