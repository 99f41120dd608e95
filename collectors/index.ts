import type { CollectorPlugin, Recordings } from '../src/core/collector.ts';
import { ScadaError } from '../src/core/errors.ts';
import { capture } from './capture/index.ts';
import { modbus } from './modbus/index.ts';
import { opcua } from './opcua/index.ts';

/** Every protocol that the monitor can collect. */
export const collectors: readonly CollectorPlugin[] = [modbus, opcua, capture];

const readers = collectors.flatMap(({ recordings }) => recordings ?? []);

/** Reader of a file that begins as a recording does; undefined for any other file. */
export async function recognisedBy(file: string): Promise<Recordings | undefined> {
  for (const reader of readers) if (await reader.begins(file)) return reader;
  return undefined;
}

/** Reader of a recording. If none recognises the file, the first one reports what is wrong with it. */
export async function readerOf(file: string): Promise<Recordings> {
  const reader = (await recognisedBy(file)) ?? readers[0];
  if (reader === undefined) throw new ScadaError('config', 'INPUT_INVALID', `${file}: no collector reads recordings`);
  return reader;
}
