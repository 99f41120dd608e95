import type { Batch } from '../../core/batch.ts';
import type { TagTable } from '../../core/tag.ts';
import { DeviceStarts } from '../../detection/feed/starts.ts';
import { outOfService } from './exclude.ts';

/** Excludes starts of devices from learning. */
export class Starts {
  readonly #devices: DeviceStarts;

  constructor(tags: TagTable) {
    this.#devices = new DeviceStarts(tags);
  }

  /** Number of excluded starts. */
  get count(): number {
    return this.#devices.count;
  }

  /** A poll for learning, marked as out of service while its device starts. Polls of a device must come in time order. */
  withoutStart(poll: Batch): Batch {
    return this.#devices.isStarting(poll) ? outOfService(poll, () => true) : poll;
  }
}
