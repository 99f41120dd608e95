/** Samples that count, as columns: the next one of each of some channels, none of which is there twice. */
export interface Samples {
  readonly length: number;
  readonly channel: Int32Array;
  /** ms UTC */
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** Collects them; what was collected before is overwritten. */
export class SampleColumns implements Samples {
  length = 0;
  channel = new Int32Array(0);
  time = new Float64Array(0);
  value = new Float64Array(0);
  /** 1 where the sample before is missing, or is too long ago. */
  gap = new Uint8Array(0);
  /** Some sample is after a gap. */
  hasGap = false;
  /** Of a detector that looks at the samples. */
  surprise = new Float64Array(0);
  /** By tag: when one of it was last collected, as the number of the collection. */
  readonly collected: Float64Array;
  /** Of this collection. */
  number = 0;

  constructor(tags: number) {
    this.collected = new Float64Array(tags);
  }

  /** Begins anew, with room for so many. */
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

  /** True if a sample of the tag was offered since `begin`; from now on one was. */
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
