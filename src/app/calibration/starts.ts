import type { Batch } from '../../core/batch.ts';
import type { TagTable } from '../../core/tag.ts';
import { hasValue } from '../../streaming/intake.ts';
import { outOfService } from './exclude.ts';

/** Slowest scans of a device without any value after which it was away. */
const awayScans = 3;
/** For how long a device that was away is starting, ms: what the configuration takes equipment to need that says nothing else. */
const startMs = 60_000;

/**
 * Keeps starts out of what is learned: the first minute of a recording, and of each return of a device that was away. Its
 * values are then old, zero or still settling, and what was restarted with it nobody knows.
 */
export class Starts {
  /** Starts that were left out. */
  count = 0;
  readonly #awayMs = new Map<string, number>();
  readonly #heardAt = new Map<string, number>();
  readonly #startedAt = new Map<string, number>();

  constructor(tags: TagTable) {
    for (const { device, scanMs } of tags.tags)
      this.#awayMs.set(device, Math.max(this.#awayMs.get(device) ?? 0, awayScans * scanMs));
  }

  /** A poll as it may be learned, marked as out of service while its device starts; polls of a device come in order of time. */
  withoutStart(poll: Batch): Batch {
    const { device, length } = poll;
    const time = poll.receiveTime[length - 1] ?? Number.NaN;
    if (Array.from({ length }, (_, row) => hasValue(poll, row)).includes(true)) {
      const heardAt = this.#heardAt.get(device) ?? Number.NEGATIVE_INFINITY;
      if (time - heardAt > (this.#awayMs.get(device) ?? 0)) {
        this.#startedAt.set(device, time);
        this.count++;
      }
      this.#heardAt.set(device, time);
    }
    const isStarting = time - (this.#startedAt.get(device) ?? Number.NEGATIVE_INFINITY) < startMs;
    return outOfService(poll, () => isStarting);
  }
}
