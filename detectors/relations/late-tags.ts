import type { DetectorGroup } from '../../src/core/detector.ts';
import type { Event, Vector } from '../../src/core/observation.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { ReadingAges, type ReadingAgesSnapshot } from '../../src/detector-kit/reading-ages.ts';

export interface LateTagsSnapshot {
  readonly ages: ReadingAgesSnapshot;
  readonly isLate: boolean;
  readonly stretched: readonly string[];
}

/**
 * Masks the tags of a group that are read less often than configured, because the monitor is late or their device is slow. Rows
 * then repeat old readings: a cause has been read and its effect has not, and the lags are not those of the calibration.
 *
 * A subscription is silent while a value does not change. Tags are therefore late only together with all tags of the group that their
 * device has at the same scan period, and only during a delay that the monitor has stated, or in a lab whose plant time is fast.
 */
export class LateTags {
  readonly #ages: ReadingAges;
  /** Columns by device and scan period. */
  readonly #classes: readonly { readonly device: string; readonly columns: readonly number[] }[];
  #isLate = false;
  readonly #stretched = new Set<string>();

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
   * less often although nothing is late.
   */
  follow(event: Event): void {
    if (event.type === 'punctuality') this.#isLate = event.lateMs > 0 || event.speed > 1;
    else if (event.type === 'device-health' && (event.stretch ?? 1) > 1) this.#stretched.add(event.device);
    else if (event.type === 'device-health') this.#stretched.delete(event.device);
  }

  /** The vector, with late tags masked. */
  masked(vector: Vector): Vector {
    this.#ages.push(vector.time, vector.age);
    const late = this.#classes.filter(
      ({ device, columns }) =>
        (this.#isLate || this.#stretched.has(device)) && columns.every((column) => this.#ages.isLate(column)),
    );
    if (late.length === 0) return vector;
    const mask = vector.mask.slice();
    for (const { columns } of late) for (const column of columns) mask[column] = 1;
    return { ...vector, mask };
  }

  snapshot(): LateTagsSnapshot {
    return { ages: this.#ages.snapshot(), isLate: this.#isLate, stretched: [...this.#stretched] };
  }

  /** @param snapshot undefined in states of earlier versions */
  restore(snapshot: LateTagsSnapshot | undefined): void {
    if (snapshot === undefined) return;
    this.#ages.restore(snapshot.ages);
    this.#isLate = snapshot.isLate;
    this.#stretched.clear();
    for (const device of snapshot.stretched) this.#stretched.add(device);
  }
}
