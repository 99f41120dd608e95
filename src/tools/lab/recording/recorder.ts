import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Actors } from '../../../../simulators/lab/exercise.ts';
import { HeadlessClients } from '../../../../simulators/lab/headless-clients.ts';
import { HeadlessMonitor } from '../../../../simulators/lab/headless-monitor.ts';
import { type HeadlessController, HeadlessNetwork } from '../../../../simulators/lab/headless-network.ts';
import { headlessReads } from '../../../../simulators/lab/headless.ts';
import type { Batch } from '../../../core/batch.ts';
import { ScadaError } from '../../../core/errors.ts';
import { makeFolder } from '../../../core/folder.ts';
import type { Plant } from '../../../core/plant.ts';
import type { TagTable } from '../../../core/tag.ts';
import { CsvFile, writing } from './csv-file.ts';
import { type InPlay, isAffected, spansAt } from './labels.ts';
import { PacketFile } from './packet-file.ts';

const time = { name: 'time', type: 'time', meaning: 'plant time, UTC' } as const;
const anomalous = {
  name: 'anomalous',
  type: 'count',
  meaning: '1 within a span of ground truth (an attack or a fault), 0 otherwise',
} as const;

/** Names of the files with values, without their endings. */
export type ValueFile = 'samples' | 'table' | 'process';

/** Name of the capture file. */
export const packetFileName = 'traffic.pcap';

/** Writes what a monitor would collect from a plant, with its traffic and the ground truth, second by second. */
export class Recorder {
  readonly #plant: Plant;
  readonly #tags: TagTable;
  readonly #reads: (time: number) => readonly Batch[];
  readonly #names: readonly string[];
  /** Last value of each tag. */
  readonly #last: Float64Array;
  readonly #monitor: HeadlessMonitor;
  readonly #clients: HeadlessClients;
  readonly packets: PacketFile;
  readonly files: Readonly<Record<ValueFile, CsvFile>>;

  /**
   * Makes the folder if there is none.
   * @param controllers whose Modbus traffic is recorded
   * @throws ScadaError INPUT_INVALID if the folder has files or cannot be written
   */
  constructor(dir: string, plant: Plant, tags: TagTable, controllers: readonly HeadlessController[]) {
    this.#plant = plant;
    this.#tags = tags;
    this.#reads = headlessReads(plant, tags);
    this.#names = Object.keys(plant.truth());
    this.#last = new Float64Array(tags.size).fill(Number.NaN);
    emptyFolder(dir);
    const packets = new PacketFile(join(dir, packetFileName));
    const network = new HeadlessNetwork(plant, controllers, (at, frame) => packets.add(at, frame));
    this.packets = packets;
    this.#monitor = new HeadlessMonitor(plant, tags, network);
    this.#clients = new HeadlessClients(plant, network);
    this.files = {
      samples: new CsvFile(join(dir, 'samples.csv'), [
        time,
        { name: 'tag', type: 'text', meaning: 'name of the tag' },
        { name: 'value', type: 'number', meaning: 'value as received, in the unit of the tag' },
        { name: 'quality', type: 'count', meaning: 'OPC UA StatusCode; 0 is good' },
        { name: 'text', type: 'text', meaning: 'empty: no tag of a simulated plant is a text' },
        { name: 'receive_time', type: 'time', meaning: 'equal to the time' },
        anomalous,
        {
          name: 'affected',
          type: 'count',
          meaning: '1 if the attack or fault changes the tag, or has consequences at its equipment',
        },
      ]),
      table: new CsvFile(join(dir, 'table.csv'), [
        time,
        ...tags.tags.map(({ name, unit, description }) => ({
          name,
          type: 'number' as const,
          meaning: `last value of the tag: ${description}${unit === '' ? '' : `, ${unit}`}`,
        })),
        anomalous,
      ]),
      process: new CsvFile(join(dir, 'process.csv'), [
        time,
        ...this.#names.map((name) => ({ name, type: 'number' as const, meaning: 'true value of the process' })),
      ]),
    };
  }

  /** Actors whose network acts are recorded. */
  get actors(): Actors {
    return this.#clients;
  }

  /** Records the present second of the plant. */
  second(running: InPlay | undefined): void {
    const now = this.#plant.time;
    const spans = spansAt(now, running);
    const label = spans.length > 0 ? 1 : 0;
    const missing = this.#monitor.second(now);
    this.#clients.second(now);
    for (const batch of this.#reads(now)) {
      if (missing.has(batch.device)) continue;
      for (let row = 0; row < batch.length; row++) {
        const index = batch.tag[row] as number;
        const tag = this.#tags.at(index);
        const value = batch.value[row] as number;
        this.#last[index] = value;
        const affected = isAffected(tag, spans) ? 1 : 0;
        this.files.samples.add([now, tag.name, value, batch.quality[row] as number, '', now, label, affected]);
      }
    }
    this.files.table.add([now, ...this.#last, label]);
    const truth = this.#plant.truth();
    this.files.process.add([now, ...this.#names.map((name) => truth[name] ?? Number.NaN)]);
  }

  close(): void {
    for (const file of [this.packets, ...Object.values(this.files)]) file.close();
  }
}

function emptyFolder(dir: string): void {
  const names = writing(dir, () => {
    makeFolder(dir);
    return readdirSync(dir);
  });
  if (names.length === 0) return;
  throw new ScadaError('config', 'INPUT_INVALID', `the folder ${dir} is not empty`, {
    hint: 'a recording is never overwritten: name a new folder',
  });
}
