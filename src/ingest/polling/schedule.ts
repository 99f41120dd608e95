import { Heap, type HeapItem } from './heap.ts';

/** Something that is polled at a rate of its own. */
export interface ScanJob<T> {
  readonly item: T;
  readonly periodMs: number;
  /** New jobs are due at once, unless they can wait for their place in the period. */
  readonly waits?: boolean | undefined;
}

interface Slot<T> extends HeapItem {
  readonly item: T;
  readonly periodMs: number;
  /** Where in its period it lies, 0 to 1. */
  readonly phase: number;
  readonly baseMs: number;
  /** Number of its job among the others: of two that are due at one time, the first goes first. */
  order: number;
  /** Number of the point of the grid at which it is due, counted as an integer: sums of floats would repeat a point. */
  point: number;
  dueMs: number;
  busy: boolean;
}

const goesBefore = (a: Slot<unknown>, b: Slot<unknown>): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/** The point of a slot that has not been polled yet. */
const unplaced = Number.NEGATIVE_INFINITY;

/**
 * When each of a device's requests is due. The requests of a period are spread evenly over it, on a grid that delays do not
 * shift. A poll that comes too late skips what it missed instead of running after it. Of those that are due, the one goes first
 * that has waited for the largest part of its period: where a device cannot keep up, every rate is late by a like part of its
 * period, and none is starved.
 */
export class ScanSchedule<T> {
  readonly #startMs: number;
  readonly #phaseOf: (periodMs: number) => number;
  readonly #slots = new Map<T, Slot<T>>();
  /** Those that are not being polled, by period, each by when it is due; in the order of the jobs. */
  #waiting = new Map<number, Heap<Slot<T>>>();
  #skipped = 0;
  #lateMs = 0;
  #heldUpUntil = Number.NEGATIVE_INFINITY;

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

  /** When the first is due; infinite if there is none. */
  nextMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting.values()) first = Math.min(first, waiting.first?.dueMs ?? first);
    return first;
  }

  /** Which of those that are due and `wanted`, all unless told, has waited for the largest part of its period. */
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

  /** The device itself has taken long until now: polls that were due meanwhile are late because of it. */
  heldUp(nowMs: number): void {
    this.#heldUpUntil = nowMs;
  }

  /**
   * Marks the item as being polled: it is not due until it was.
   * @returns the delay of its poll that is the monitor's own and not the device's, ms
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
   * The item was polled; its next poll is the first of its grid after `nowMs`.
   * @param stretch more than 1 to use only each so-manieth point of the grid
   */
  polled(item: T, nowMs: number, stretch = 1): void {
    const slot = this.#slots.get(item);
    // It may have been replaced by what its answer has shown.
    if (slot === undefined) return;
    slot.busy = false;
    this.#waiting.get(slot.periodMs)?.remove(slot);
    const { periodMs, baseMs } = slot;
    const reached = Math.floor((nowMs - baseMs) / periodMs);
    const first = slot.point === unplaced;
    if (!first) this.#skipped += Math.max(0, reached - slot.point);
    slot.point = first ? reached + stretch : Math.max(slot.point, reached) + stretch;
    // The first poll was at once, wherever its place is: the next must not follow on its heels.
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
    // In parts that add up exactly, so that a clock which stands still until somebody is due does not stand for ever.
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
