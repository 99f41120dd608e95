import type { DetectorGroup } from '../../src/core/detector.ts';
import type { Event, PunctualityEvent, Vector } from '../../src/core/observation.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { ReadingAges, type ReadingAgesSnapshot } from '../../src/detector-kit/reading-ages.ts';

/** No start at any speed of a lab takes longer, ms of plant time: a greater tolerance is an error that must not switch detection off. */
const mostToleranceMs = 7_200_000;

export interface LateTagsSnapshot {
  readonly ages: ReadingAgesSnapshot;
  readonly isLate: boolean;
  readonly stretched: readonly string[];
  /** Classes that were late in the last row, by their index; absent in states of earlier versions. */
  readonly late?: readonly number[];
}

/**
 * Masks the tags of a group that are read less often than configured, because the monitor is late or their device is slow. Rows
 * then repeat old readings: a cause has been read and its effect has not, and the lags are not those of the calibration.
 *
 * A subscription is silent while a value does not change. Tags are therefore late only together with all tags of the group that their
 * device has at the same scan period, and only during a delay that the monitor has stated, or in a lab whose plant time is fast.
 * Such a lab masks all tags until its devices have been connected and read.
 */
export class LateTags {
  readonly #ages: ReadingAges;
  /** Columns by device and scan period. */
  readonly #classes: readonly { readonly device: string; readonly columns: readonly number[] }[];
  #isLate = false;
  #speed = 1;
  /** In fast plant time, the tolerance after a start or a change of speed, ms, until it begins; and its end, ms UTC. A restart is a start. */
  #toleranceMs = 0;
  #readFrom = Number.NEGATIVE_INFINITY;
  readonly #stretched = new Set<string>();
  #late: readonly number[] = [];
  #hasReturned = false;

  constructor(group: DetectorGroup, tags: TagTable) {
    const own = group.tags.map((tag) => tags.at(tag));
    this.#ages = new ReadingAges(
      own.map(({ scanMs }) => scanMs),
      group.periodMs,
    );
    const classes = Map.groupBy(own.keys(), (column) => {
      const { device, scanMs } = own[column] as (typeof own)[number];
      return `${device} ${scanMs}`;
    });
    this.#classes = [...classes.values()].map((columns) => ({ device: own[columns[0] as number]?.device ?? '', columns }));
  }

  /**
   * Follows the stated delays of the monitor and the slow devices. Request budgets count in real time: in fast plant time tags are read
   * less often although nothing is late, and devices connect late.
   */
  follow(event: Event): void {
    if (event.type === 'punctuality') this.#followDelay(event);
    else if (event.type === 'device-health' && (event.stretch ?? 1) > 1) this.#stretched.add(event.device);
    else if (event.type === 'device-health') this.#stretched.delete(event.device);
  }

  #followDelay({ lateMs, allowMs, speed }: PunctualityEvent): void {
    this.#isLate = lateMs > 0 || speed > 1;
    if (speed > 1 && speed !== this.#speed && allowMs <= mostToleranceMs) this.#toleranceMs = allowMs;
    this.#speed = speed;
  }

  /** True if tags of the last row are on time again: their past rows are guesses, so that the row has no past. */
  get hasReturned(): boolean {
    return this.#hasReturned;
  }

  /** @returns the vector, with late tags masked; undefined while the devices have to be connected and read */
  masked(vector: Vector): Vector | undefined {
    this.#ages.push(vector.time, vector.age);
    if (this.#toleranceMs > 0) this.#readFrom = vector.time + this.#toleranceMs;
    this.#toleranceMs = 0;
    const isRead = vector.time >= this.#readFrom;
    const late = [...this.#classes.keys()].filter((index) => !isRead || this.#isClassLate(index));
    this.#hasReturned = this.#late.some((index) => !late.includes(index));
    this.#late = late;
    if (!isRead) return undefined;
    if (late.length === 0) return vector;
    const mask = vector.mask.slice();
    for (const index of late) for (const column of this.#classes[index]?.columns ?? []) mask[column] = 1;
    return { ...vector, mask };
  }

  #isClassLate(index: number): boolean {
    const { device = '', columns = [] } = this.#classes[index] ?? {};
    return (this.#isLate || this.#stretched.has(device)) && columns.every((column) => this.#ages.isLate(column));
  }

  snapshot(): LateTagsSnapshot {
    return { ages: this.#ages.snapshot(), isLate: this.#isLate, stretched: [...this.#stretched], late: this.#late };
  }

  /** @param snapshot undefined in states of earlier versions */
  restore(snapshot: LateTagsSnapshot | undefined): void {
    if (snapshot === undefined) return;
    this.#ages.restore(snapshot.ages);
    this.#isLate = snapshot.isLate;
    this.#stretched.clear();
    for (const device of snapshot.stretched) this.#stretched.add(device);
    this.#late = snapshot.late ?? [];
  }
}
