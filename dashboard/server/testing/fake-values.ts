import type { LatestValues } from '../../../src/core/monitor.ts';
import type { Tag } from '../../../src/core/tag.ts';

/** Start of plant time: 2026-03-02 08:00 UTC. */
export const plantStart = 1_772_438_400_000;

/** A tag for tests. */
export const aTag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name,
  description: `Level of ${name}`,
  short: name.slice(0, 9),
  area: 'intake',
  equipment: 'tank-1',
  device: 'plc-1',
  kind: 'analog',
  role: 'measurement',
  unit: 'm',
  decimals: 2,
  scanMs: 1000,
  address: { table: 'holding', address: 0 },
  ...more,
});

/** Latest values that a test sets. */
export class FakeValues implements LatestValues {
  readonly value: Float64Array;
  readonly quality: Uint32Array;
  readonly sourceTime: Float64Array;
  readonly receiveTime: Float64Array;
  readonly lastGood: Float64Array;
  readonly texts = new Map<number, string>();

  constructor(size: number) {
    const unset = (): Float64Array => new Float64Array(size).fill(Number.NaN);
    [this.value, this.sourceTime, this.receiveTime, this.lastGood] = [unset(), unset(), unset(), unset()];
    this.quality = new Uint32Array(size);
  }

  text(tag: number): string | undefined {
    return this.texts.get(tag);
  }

  put(tag: number, value: number, time: number, quality = 0): void {
    this.value[tag] = value;
    this.quality[tag] = quality;
    this.sourceTime[tag] = time - 5;
    this.receiveTime[tag] = time;
    if (quality === 0) this.lastGood[tag] = value;
  }
}
