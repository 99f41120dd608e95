import { headlessObservations } from '../../../simulators/lab/headless.ts';
import { plantOf } from '../../../simulators/plants/index.ts';
import { type Batch, BatchBuilder } from '../../core/batch.ts';
import { systemClock } from '../../core/clock.ts';
import { Metrics, type PluginContext, silentLogger } from '../../core/plugin.ts';
import type { Plant } from '../../core/plant.ts';
import { isBad, Quality } from '../../core/quality.ts';
import { Random } from '../../core/random.ts';
import { type Tag, TagTable } from '../../core/tag.ts';

/** Hours of plant operation before the first start of a lab. Times in ms UTC, whole seconds. */
export interface SimulatedSpan {
  readonly plant: string;
  readonly seed: number;
  /** See `PlantOptions`. */
  readonly season?: number | undefined;
  readonly from: number;
  /** Exclusive: the first instant that is collected. */
  readonly to: number;
}

/** Shortest distance of simulated samples of one tag, ms: 100 points are enough for a sparkline. */
const leastScanMs = 10_000;
/** Plant time of one batch, ms. */
const batchMs = 600_000;

/** Simulates a plant over a span. @returns samples of all tags in time order, one batch per device and ten minutes */
export async function simulateHistory(span: SimulatedSpan, tags: readonly Tag[]): Promise<Batch[]> {
  const plugin = plantOf(span.plant);
  const context: PluginContext = { logger: silentLogger, clock: systemClock, random: new Random(1), metrics: new Metrics() };
  const options = { seed: span.seed, startTime: span.from, season: span.season, life: 'ordinary' as const };
  return samplesOf(await plugin.create(plugin.schema.parse({}), options, context), span, tags);
}

/** Samples of a plant that is at the start of a span. */
export function samplesOf(plant: Plant, { from, to }: Pick<SimulatedSpan, 'from' | 'to'>, tags: readonly Tag[]): Batch[] {
  const slower = new TagTable(tags.map((tag) => ({ ...tag, scanMs: Math.max(tag.scanMs, leastScanMs) })));
  const batches: Batch[] = [];
  let waiting: Batch[] = [];
  let end = from + batchMs;
  for (const batch of headlessObservations({ plant, tags: slower, from, to: to - 1_000 })) {
    if ((batch.receiveTime[0] ?? from) >= end) {
      batches.push(...joined(waiting));
      waiting = [];
      end += batchMs;
    }
    waiting.push(batch);
  }
  return [...batches, ...joined(waiting)];
}

/**
 * One batch per device with every sample marked as simulated. Bad samples are omitted, because their quality has no space for the
 * mark.
 */
function joined(batches: readonly Batch[]): Batch[] {
  const joint = [...Map.groupBy(batches, ({ device }) => device)].map(([device, own]) => {
    const builder = new BatchBuilder(
      device,
      own.reduce((sum, { length }) => sum + length, 0),
    );
    for (const batch of own)
      for (let row = 0; row < batch.length; row++) {
        if (isBad(batch.quality[row] as number)) continue;
        const [tag, value] = [batch.tag[row] as number, batch.value[row] as number];
        const [time, received] = [batch.sourceTime[row] as number, batch.receiveTime[row] as number];
        builder.add(tag, value, Quality.UncertainSimulatedValue, time, received);
      }
    return builder.publish();
  });
  return joint.filter(({ length }) => length > 0);
}
