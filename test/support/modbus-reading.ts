import { modbus } from '../../collectors/modbus/index.ts';
import type { Observation } from '../../src/core/observation.ts';
import { qualityName } from '../../src/core/quality.ts';
import type { Tag } from '../../src/core/tag.ts';
import { testTags } from './tags.ts';
import { testContext } from './tiny-plant.ts';

/** Result of reading a device: its identity, and the value of each tag, or its quality if that is not good. */
export interface Reading {
  readonly identity: Readonly<Record<string, string>> | undefined;
  readonly values: Readonly<Record<string, number | string>>;
}

/** A collector with these settings. */
export const collectorOf = (settings: object, tags: readonly Tag[]) =>
  modbus.create(
    modbus.schema.parse({ pauseMs: 1, maxRequestsPerSecond: 1_000, ...settings }),
    { device: 'plc1', tags: testTags(tags), dataDir: '', devices: [] },
    testContext(),
  );

/** Connects, waits until every tag has a sample, and closes. @param good wait until all are good */
export async function readOnce(settings: object, tags: readonly Tag[], good = false): Promise<Reading> {
  const stop = new AbortController();
  await using session = await collectorOf(settings, tags).connect(stop.signal);
  const values: Record<string, number | string> = {};
  let identity: Reading['identity'];
  for await (const observation of session) {
    if (observation.kind === 'event' && observation.event.type === 'identity') identity = observation.event.identity;
    for (const [name, value, quality] of samplesOf(observation, tags)) {
      if (quality === 'Good') values[name] = value;
      else if (!good) values[name] = quality;
    }
    if (Object.keys(values).length === tags.length) break;
  }
  return { identity, values };
}

/** Name, value and quality of each sample. */
export function samplesOf(
  observation: Observation,
  tags: readonly Tag[],
): [name: string, value: number | string, quality: string][] {
  if (observation.kind !== 'batch') return [];
  const { batch } = observation;
  return Array.from(batch.tag, (tag, row) => [
    tags[tag]?.name ?? '',
    batch.texts.get(row) ?? batch.value[row] ?? Number.NaN,
    qualityName(batch.quality[row] ?? 0),
  ]);
}
