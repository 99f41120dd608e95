import type { Batch } from '../../../src/core/batch.ts';
import { BatchBuilder } from '../../../src/core/batch.ts';
import { Random } from '../../../src/core/random.ts';
import type { TagTable } from '../../../src/core/tag.ts';

/** Properties of the sample that a falsification replaces. */
export interface Genuine {
  readonly value: number;
  /** Seconds since the window began. */
  readonly second: number;
  /** The tag's last value before the window. */
  readonly held: number;
  /** Its value one hour ago. */
  readonly hourAgo: number;
  readonly random: Random;
}

/** Falsified tags within the windows, and their values. */
export interface Falsification {
  readonly tags: readonly string[];
  readonly reading: (genuine: Genuine, tag: string) => number;
}

/** ms UTC, the end exclusive. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const hourMs = 3_600_000;

/** The same polls with some tags reading falsely within the windows; the polls themselves stay as they are. */
export function* falsified(
  batches: readonly Batch[],
  table: TagTable,
  windows: readonly Window[],
  { tags, reading }: Falsification,
): Generator<Batch> {
  const names = new Map(tags.map((name) => [table.indexOf(name) ?? -1, name]));
  const past = new Map([...names.keys()].map((tag) => [tag, { times: [] as number[], values: [] as number[] }]));
  const held = new Map<number, number>();
  const random = new Random(17);
  for (const batch of batches) {
    const time = batch.receiveTime[0] ?? Number.NaN;
    const window = windows.find(({ from, to }) => time >= from && time < to);
    const builder = new BatchBuilder(batch.device, batch.length);
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const genuine = batch.value[row] as number;
      const name = names.get(tag);
      let value = genuine;
      if (name !== undefined) {
        const kept = past.get(tag);
        kept?.times.push(time);
        kept?.values.push(genuine);
        if (window === undefined) held.set(tag, genuine);
        else {
          const second = (time - window.from) / 1_000;
          const ago = kept?.values[kept.times.findIndex((at) => at >= time - hourMs)] ?? genuine;
          value = reading({ value: genuine, second, held: held.get(tag) ?? genuine, hourAgo: ago, random }, name);
        }
      }
      builder.add(tag, value, batch.quality[row] as number, batch.sourceTime[row] as number, time);
    }
    yield builder.publish();
  }
}
