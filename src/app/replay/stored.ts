import type { MonitorConfig } from '../../config/resolve.ts';
import { BatchBuilder, TextDictionary } from '../../core/batch.ts';
import { ScadaError } from '../../core/errors.ts';
import { observeBatch } from '../../core/observation.ts';
import type { StoredSample } from '../../historian/duckdb/day-file.ts';
import { openDayFile } from '../../historian/duckdb/index.ts';
import type { Recorded } from './recording.ts';

/** True for the name of a file that the embedded historian wrote. */
export const isStored = (file: string): boolean => /\.parquet$/i.test(file);

interface StoredOptions {
  readonly config: MonitorConfig;
  /** Tags that are left out. */
  readonly ignore: readonly string[];
}

/**
 * A day of the embedded historian, in the order in which it was received: what one device gave at one time is one batch, with
 * its qualities and source times.
 * @throws ScadaError INPUT_INVALID for tags that the configuration does not have, and for what is no such file
 */
export async function* storedOf(
  file: string,
  { config, ignore }: StoredOptions,
  signal: AbortSignal,
): AsyncGenerator<Recorded, void, void> {
  await using day = await openDayFile(file, signal);
  const wanted = day.tags.filter((name) => !ignore.includes(name));
  const unknown = wanted.filter((name) => config.tags.indexOf(name) === undefined);
  if (unknown.length > 0) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: no tag is called ${unknown.slice(0, 8).join(', ')}`, {
      hint: `it was recorded with other tags than those of ${config.file}; leave them out with --ignore`,
    });
  }
  const dictionaries = new Map<number, TextDictionary>();
  let group: StoredSample[] = [];
  for await (const samples of day.samples(wanted, signal)) {
    for (const sample of samples) {
      if (group.length > 0 && sample.receiveTime !== group[0]?.receiveTime) {
        yield* batchesOf(group, config, dictionaries);
        group = [];
      }
      group.push(sample);
    }
  }
  yield* batchesOf(group, config, dictionaries);
}

/** The samples of one receive time, a batch for each device in the order of the configuration's tags. */
function* batchesOf(
  samples: readonly StoredSample[],
  { tags }: MonitorConfig,
  dictionaries: Map<number, TextDictionary>,
): Generator<Recorded, void, void> {
  const rows = samples
    .map((sample) => ({ ...sample, index: tags.indexOf(sample.tag) ?? 0 }))
    .toSorted((a, b) => a.index - b.index);
  for (const [device, own] of Map.groupBy(rows, ({ index }) => tags.at(index).device)) {
    const batch = new BatchBuilder(device, own.length);
    for (const { index, text, value, quality, sourceTime, receiveTime } of own) {
      if (text === undefined) batch.add(index, value, quality, sourceTime, receiveTime);
      else batch.addText(index, text, codeOf(index, text, value), quality, sourceTime, receiveTime);
    }
    yield { time: own[0]?.receiveTime ?? Number.NaN, observation: observeBatch(batch.publish()) };
  }

  /** The codes in a file are of the run that wrote it; a number too large for a double stays the nearest one. */
  function codeOf(index: number, text: string, value: number): number {
    if (tags.at(index).kind !== 'text') return value;
    const dictionary = dictionaries.get(index) ?? new TextDictionary();
    dictionaries.set(index, dictionary);
    return dictionary.codeOf(text);
  }
}
