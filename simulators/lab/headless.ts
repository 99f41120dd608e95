import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Plant, PlantPoint } from '../../src/core/plant.ts';
import { Quality } from '../../src/core/quality.ts';
import type { TagTable } from '../../src/core/tag.ts';

export interface HeadlessOptions {
  readonly plant: Plant;
  /** Tags whose names are points of the plant; others never get a sample. */
  readonly tags: TagTable;
  /** ms UTC of plant time, whole seconds; `from` is where the plant stands. */
  readonly from: number;
  readonly to: number;
  /** Called after each plant second, before it is read. */
  readonly onSecond?: (plant: Plant) => void;
}

/** The tags of one device that are read together, and the points behind them. */
interface Scan {
  readonly device: string;
  readonly periodMs: number;
  readonly tags: readonly number[];
  readonly points: readonly number[];
}

/**
 * What a monitor would collect from a plant, without sockets and as fast as the plant computes: every tag at its scan
 * period, its value as it comes off the wire, source and receive time the plant's.
 */
export function* headlessObservations({ plant, tags, from, to, onSecond }: HeadlessOptions): Generator<Batch, void, void> {
  const scans = scansOf(plant, tags);
  for (let time = from + 1000; time <= to; time += 1000) {
    plant.step(1);
    onSecond?.(plant);
    for (const scan of scans) if (time % scan.periodMs < 1000) yield read(plant, scan, time);
  }
}

function scansOf(plant: Plant, tags: TagTable): Scan[] {
  const places = new Map(plant.points.map(({ name }, index) => [name, index]));
  const known = tags.tags.flatMap((tag, index) => {
    const point = places.get(tag.name);
    return point === undefined ? [] : [{ tag, index, point }];
  });
  const groups = Map.groupBy(known, ({ tag }) => `${tag.device} ${tag.scanMs}`);
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { device, scanMs } = first.tag;
    return [{ device, periodMs: scanMs, tags: members.map(({ index }) => index), points: members.map(({ point }) => point) }];
  });
}

function read(plant: Plant, { device, tags, points }: Scan, time: number): Batch {
  const batch = new BatchBuilder(device, tags.length);
  for (let i = 0; i < tags.length; i++) {
    const point = points[i] as number;
    const value = onTheWire(plant.points[point] as PlantPoint, plant.registers[point] as number);
    const quality = plant.failed[point] === 1 ? Quality.BadSensorFailure : Quality.Good;
    batch.add(tags[i] as number, value, quality, time, time);
  }
  return batch.publish();
}

/** What is left of a value after it went through a register. */
function onTheWire({ modbus }: PlantPoint, value: number): number {
  if (modbus.type === 'float32') return Math.fround(value);
  return Math.round(value / modbus.scale) * modbus.scale;
}
