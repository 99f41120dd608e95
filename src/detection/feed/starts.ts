import type { Batch } from '../../core/batch.ts';
import type { TagTable } from '../../core/tag.ts';
import { hasValue } from '../../detector-kit/intake.ts';

/** Number of slowest scan periods of a device without any value after which it counts as away. */
const awayScans = 3;
/** Duration of the start of a device, ms: the default settling time of equipment. */
const startMs = 60_000;

/** By device, ms UTC. */
export interface StartsSnapshot {
  readonly heardAt: ReadonlyMap<string, number>;
  readonly startedAt: ReadonlyMap<string, number>;
}

/**
 * Detects the start of a device: the first minute of a stream, and of each return of a device. Its values are then old, zero or
 * still settling, and other equipment may have restarted with it.
 */
export class DeviceStarts {
  /** Number of starts so far. */
  count = 0;
  readonly #awayMs = new Map<string, number>();
  #heardAt = new Map<string, number>();
  #startedAt = new Map<string, number>();

  constructor(tags: TagTable) {
    for (const { device, scanMs } of tags.tags)
      this.#awayMs.set(device, Math.max(this.#awayMs.get(device) ?? 0, awayScans * scanMs));
  }

  /** Processes a poll; polls of a device must come in time order. True while the device is starting. */
  isStarting(poll: Batch): boolean {
    const { device, length } = poll;
    const time = poll.receiveTime[length - 1] ?? Number.NaN;
    if (hasAnyValue(poll)) {
      const heardAt = this.#heardAt.get(device) ?? Number.NEGATIVE_INFINITY;
      if (time - heardAt > (this.#awayMs.get(device) ?? 0)) {
        this.#startedAt.set(device, time);
        this.count++;
      }
      this.#heardAt.set(device, time);
    }
    return time - (this.#startedAt.get(device) ?? Number.NEGATIVE_INFINITY) < startMs;
  }

  snapshot(): StartsSnapshot {
    return { heardAt: new Map(this.#heardAt), startedAt: new Map(this.#startedAt) };
  }

  restore({ heardAt, startedAt }: StartsSnapshot): void {
    this.#heardAt = new Map(heardAt);
    this.#startedAt = new Map(startedAt);
  }
}

function hasAnyValue(poll: Batch): boolean {
  for (let row = 0; row < poll.length; row++) if (hasValue(poll, row)) return true;
  return false;
}
