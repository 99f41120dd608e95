import type { MonitorConfig } from '../../config/resolve.ts';
import { ScadaError } from '../../core/errors.ts';
import { observeBatch } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import type { HistorianFiles } from '../../core/historian.ts';
import { SourceTimes } from '../../ingest/source-times.ts';
import { batchesAt, type Received } from '../evidence/order.ts';
import { TextCodes } from '../evidence/samples.ts';
import type { Recorded } from '../../monitor/replay-player.ts';

interface StoredOptions {
  readonly config: MonitorConfig;
  /** Tags to leave out. */
  readonly ignore: readonly string[];
}

/**
 * A file of a historian, in the order in which it was received: what one device gave at one time is one batch, with
 * its qualities and source times.
 * @throws ScadaError INPUT_INVALID for tags that the configuration does not have, and for what is no such file
 */
export async function* storedOf(
  file: string,
  files: HistorianFiles,
  { config, ignore }: StoredOptions,
  signal: AbortSignal,
): AsyncGenerator<Recorded, void, void> {
  await using day = await files.open(file, signal);
  const wanted = day.tags.filter((name) => !ignore.includes(name));
  const unknown = wanted.filter((name) => config.tags.indexOf(name) === undefined);
  if (unknown.length > 0) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: no tag is called ${unknown.slice(0, 8).join(', ')}`, {
      hint: `it was recorded with other tags than those of ${config.file}; leave them out with --ignore`,
    });
  }
  const { sourceTimes, tags } = config;
  const times = new SourceTimes(sourceTimes);
  const codes = new TextCodes(tags);
  let group: Received[] = [];
  for await (const samples of day.samples(wanted, signal)) {
    for (const { tag: name, text, value, ...rest } of samples) {
      const tag = tags.indexOf(name) as number;
      if (group.length > 0 && rest.receiveTime !== group[0]?.receiveTime) {
        yield* recorded(group, tags, times);
        group = [];
      }
      group.push({ tag, text, value: text === undefined ? value : codes.codeOf(tag, text, value), ...rest });
    }
  }
  yield* recorded(group, tags, times);
}

function* recorded(group: readonly Received[], tags: TagTable, times: SourceTimes): Generator<Recorded, void, void> {
  for (const batch of batchesAt(group, tags))
    yield { time: group[0]?.receiveTime ?? Number.NaN, observation: observeBatch(times.check(batch)) };
}
