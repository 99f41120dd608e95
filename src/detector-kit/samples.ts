/** Counted samples as columns: the next sample of each of some channels, no channel twice. */
export interface Samples {
  readonly length: number;
  readonly channel: Int32Array;
  /** ms UTC */
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** Collects the samples and overwrites those collected before. */
export class SampleColumns implements Samples {
  length = 0;
  channel = new Int32Array(0);
  time = new Float64Array(0);
  value = new Float64Array(0);
  /** 1 if the previous sample is missing or too old. */
  gap = new Uint8Array(0);
  /** Some sample is after a gap. */
  hasGap = false;
  /** Set by a detector that reads the samples. */
  surprise = new Float64Array(0);
  /** By tag: number of its last collection. */
  readonly collected: Float64Array;
  /** Number of this collection. */
  number = 0;

  constructor(tags: number) {
    this.collected = new Float64Array(tags);
  }

  /** Restarts with the given capacity. */
  begin(capacity: number): void {
    this.length = 0;
    this.hasGap = false;
    this.number++;
    if (capacity <= this.channel.length) return;
    this.channel = new Int32Array(capacity);
    this.time = new Float64Array(capacity);
    this.value = new Float64Array(capacity);
    this.gap = new Uint8Array(capacity);
    this.surprise = new Float64Array(capacity);
  }

  /** True if a sample of the tag was offered since `begin`. The call counts as an offer. */
  meets(tag: number): boolean {
    if (this.collected[tag] === this.number) return true;
    this.collected[tag] = this.number;
    return false;
  }

  add(channel: number, time: number, value: number, gap: boolean): void {
    const i = this.length++;
    this.channel[i] = channel;
    this.time[i] = time;
    this.value[i] = value;
    this.gap[i] = gap ? 1 : 0;
    if (gap) this.hasGap = true;
  }
}
