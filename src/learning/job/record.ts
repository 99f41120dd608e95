import { headlessObservations } from '../../../simulators/lab/headless.ts';
import { plantOf } from '../../../simulators/plants/index.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import { Metrics, type PluginContext, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import type { TagTable } from '../../core/tag.ts';
import { historians } from '../../historian/index.ts';
import { pollsOf } from '../../ingest/polls.ts';
import { StreamTime } from '../../ingest/stream-time.ts';
import { Recording } from './recording.ts';
import { withoutSimulated } from '../../ingest/simulated.ts';
import { Exclusion } from './exclude.ts';
import type { CalibrationSource } from './job.ts';
import { checkMemory, memoryLeft } from './memory-limit.ts';
import { Starts } from './starts.ts';

/** A recording of normal operation with its description. */
interface Recorded {
  readonly recording: Recording;
  readonly description: string;
}

/**
 * Records the normal operation for a calibration.
 * @param left returns the bytes of memory that are still available
 * @throws ScadaError INPUT_INVALID if it does not fit in memory
 */
export async function record(
  source: CalibrationSource,
  tags: TagTable,
  onProgress: (done: number, text: string) => void,
  left: () => number = memoryLeft,
): Promise<Recorded> {
  const context: PluginContext = { logger: silentLogger, clock: systemClock, random: new Random(1), metrics: new Metrics() };
  const days = formatDuration(source.to - source.from);
  const progress = progressOver(source, (done, text) => {
    checkMemory(done, left());
    onProgress(done, text);
  });
  const recording = new Recording();
  if (source.type === 'simulate') {
    const plugin = plantOf(source.plant);
    const options = { seed: source.seed, startTime: source.from, season: source.season, life: 'calibration' as const };
    const plant = await plugin.create(plugin.schema.parse({}), options, context);
    for (const batch of headlessObservations({ plant, tags, from: source.from, to: source.to })) {
      recording.append(batch);
      progress(batch.receiveTime[0] ?? source.from, `simulating ${days} of normal operation`);
    }
    return { recording, description: `${days} of normal operation, simulated` };
  }
  const plugin = historians.find(({ type }) => type === source.historian.type);
  if (plugin === undefined) throw new ScadaError('config', 'CONFIG_REFERENCE', `there is no historian ${source.historian.type}`);
  await using historian = await plugin.create(source.historian.config, { tags, dataDir: source.dataDir }, context);
  const range = { tags: tags.tags.map(({ name }) => name), from: source.from, to: source.to };
  const exclusion = new Exclusion(source.excluded);
  const starts = new Starts(tags);
  const streamTime = new StreamTime(tags.size);
  for await (const batch of historian.scan(range, new AbortController().signal)) {
    for (const poll of pollsOf(exclusion.apply(withoutSimulated(batch))))
      recording.append(streamTime.placed(starts.withoutStart(poll)));
    progress(batch.receiveTime[0] ?? source.from, `reading ${days} of history`);
  }
  const span = `from ${new Date(source.from).toISOString()} to ${new Date(source.to).toISOString()}`;
  return { recording, description: `recorded running ${span}; ${starts.count} starts of devices were not learned` };
}

/** Reports each hundredth part of a span. */
function progressOver({ from, to }: CalibrationSource, report: (done: number, text: string) => void) {
  let reported = -1;
  return (time: number, text: string): void => {
    const percent = Math.floor((100 * (time - from)) / (to - from));
    // devices are not read in step, and progress never goes back
    if (percent <= reported) return;
    reported = percent;
    report(Math.min(1, Math.max(0, percent / 100)), text);
  };
}
