import type { Batch } from '../../core/batch.ts';
import type { TagTable } from '../../core/tag.ts';
import { DeviceStarts } from '../../detection/feed/starts.ts';
import { outOfService } from './exclude.ts';

/** Keeps starts of devices out of what is learned. */
export class Starts {
  readonly #devices: DeviceStarts;

  constructor(tags: TagTable) {
    this.#devices = new DeviceStarts(tags);
  }

  /** Starts that were left out. */
  get count(): number {
    return this.#devices.count;
  }

  /** A poll as it may be learned, marked as out of service while its device starts; polls of a device come in order of time. */
  withoutStart(poll: Batch): Batch {
    return this.#devices.isStarting(poll) ? outOfService(poll, () => true) : poll;
  }
}
