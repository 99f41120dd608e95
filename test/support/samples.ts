import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Clock } from '../../src/core/clock.ts';
import { type Logger, Metrics, type PluginContext, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';

/** A table of minimal analog tags, from the tag names of each device. */
export function tableOf(devices: Readonly<Record<string, readonly string[]>>): TagTable {
  const tags = Object.entries(devices).flatMap(([device, names]) => names.map((name): Tag => ({ ...plainTag, name, device })));
  return new TagTable(tags);
}

const plainTag = {
  description: '',
  short: '',
  area: 'area',
  equipment: 'equipment',
  kind: 'analog',
  role: 'measurement',
  unit: '',
  decimals: 2,
  scanMs: 1000,
  address: null,
} as const;

/** One sample by tag name. By default the quality is Good and the receive time is the source time. */
export interface Sample {
  readonly tag: string;
  readonly time: number;
  readonly value: number;
  readonly quality?: number;
  readonly received?: number;
  readonly text?: string;
}

export function batchOf(table: TagTable, device: string, samples: readonly Sample[]): Batch {
  const builder = new BatchBuilder(device, samples.length);
  for (const { tag, time, value, quality = 0, received = time, text } of samples) {
    const index = table.indexOf(tag);
    if (index === undefined) throw new RangeError(`no tag ${tag}`);
    if (text === undefined) builder.add(index, value, quality, time, received);
    else builder.addText(index, text, value, quality, time, received);
  }
  return builder.publish();
}

/** A batch's samples by name. */
export function samplesOf(table: TagTable, batch: Batch): Required<Omit<Sample, 'text'>>[] {
  return Array.from({ length: batch.length }, (_, row) => ({
    tag: table.at(batch.tag[row] as number).name,
    time: batch.sourceTime[row] as number,
    value: batch.value[row] as number,
    quality: batch.quality[row] as number,
    received: batch.receiveTime[row] as number,
    ...(batch.texts.has(row) ? { text: batch.texts.get(row) } : {}),
  }));
}

export const contextOf = (clock: Clock, logger: Logger = silentLogger): PluginContext => ({
  logger,
  clock,
  random: new Random(1),
  metrics: new Metrics(),
});
