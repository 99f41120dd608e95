import type { Batch } from '../../src/core/batch.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import { hasValue } from '../../src/detector-kit/intake.ts';

/** Maximum number of scans between two values of a tag; after more the tag may be missing. */
const gapScans = 3;

/** Time of the last value of each tag, and of any value of each device. */
export class Arrivals {
  readonly tags: Columns;
  readonly devices: Columns;
  /** Receive time of the last value, ms UTC; NaN before the first. */
  readonly seen: Float64Array;
  /** Quality of the tag's last sample; good if it had a value. */
  readonly quality: Float64Array;
  /** 1 while its device is back and has sent no value of the tag yet. */
  readonly awaited: Float64Array;
  readonly #deviceSeen: Float64Array;
  readonly #deviceOf: Int32Array;
  readonly #members: readonly (readonly number[])[];
  /** A device without any value for longer than this was away, ms. */
  readonly #awayMs: Float64Array;

  /** @param members indices of the tags of each device; @param scanMs by tag */
  constructor(members: readonly (readonly number[])[], scanMs: Float64Array) {
    this.#members = members;
    this.tags = new Columns(scanMs.length);
    this.devices = new Columns(members.length);
    this.seen = this.tags.add('seen', 1, Number.NaN);
    this.quality = this.tags.add('quality');
    this.awaited = this.tags.add('awaited');
    this.#deviceSeen = this.devices.add('seen', 1, Number.NaN);
    this.#deviceOf = new Int32Array(scanMs.length).fill(-1);
    members.forEach((tags, device) => {
      for (const tag of tags) this.#deviceOf[tag] = device;
    });
    this.#awayMs = Float64Array.from(members, (tags) => gapScans * Math.min(...tags.map((tag) => scanMs[tag] as number)));
  }

  clear(): void {
    this.tags.clear();
    this.devices.clear();
  }

  /**
   * Processes a batch. The tags of a device that was away restart, because the time without values does not count as their gap.
   * @param gap receives the time without a value of each tag, ms
   */
  take(batch: Batch, gap: (tag: number, ms: number) => void): void {
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const device = this.#deviceOf[tag] ?? -1;
      const time = batch.receiveTime[row] as number;
      if (device < 0) continue;
      const quality = batch.quality[row] as number;
      this.quality[tag] = quality;
      if ((quality !== 0 && !hasValue(batch, row)) || !Number.isFinite(batch.value[row]) || !Number.isFinite(time)) continue;
      const deviceSeen = this.#deviceSeen[device] as number;
      if (!(time - deviceSeen <= (this.#awayMs[device] as number))) this.#returns(device, time);
      if (!(time <= deviceSeen)) this.#deviceSeen[device] = time;
      const ms = time - (this.seen[tag] as number);
      if (ms < 0) continue;
      if (ms > 0) gap(tag, ms);
      this.seen[tag] = time;
      this.awaited[tag] = 0;
    }
  }

  /** True if the device sends values of any tag. */
  isThere(device: number, time: number): boolean {
    return time - (this.#deviceSeen[device] as number) <= (this.#awayMs[device] as number);
  }

  #returns(device: number, time: number): void {
    for (const tag of this.#members[device] ?? []) {
      this.seen[tag] = time;
      this.awaited[tag] = 1;
    }
  }
}
