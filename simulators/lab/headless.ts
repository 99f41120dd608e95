import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import { integerRanges, type Plant, type PlantAddress, type PlantPoint } from '../../src/core/plant.ts';
import { Quality } from '../../src/core/quality.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import { widthOf } from '../actors/registers.ts';

/** Most registers of one request. Source: Modbus application protocol V1.1b3, 6.3. */
const mostRead = 125;
/**
 * Share by which the monitor's clock is slower than that of the plant: the polls move by a second of the plant in about 98 min. A plant
 * steps once a second, and with equal clocks two requests would always read the same second, or never. A calibration would then learn
 * a coincidence: two readings have the same noise in one second, and other noise in the next.
 */
const drift = 1.7e-4;

export interface HeadlessOptions {
  readonly plant: Plant;
  /** Tags whose names are points of the plant; other tags get no samples. */
  readonly tags: TagTable;
  /** ms UTC of plant time, whole seconds; `from` is the present time of the plant. */
  readonly from: number;
  readonly to: number;
  /** Called after each plant second, before it is read. */
  readonly onSecond?: (plant: Plant) => void;
}

/** A tag and its point, as its device serves it. */
interface Reading {
  readonly tag: number;
  readonly point: number;
  readonly address: PlantAddress;
  /** Modbus cannot express a failed signal: only a value out of the tag's range shows it. */
  readonly byModbus: boolean;
  readonly low: number;
  readonly high: number;
}

/** Tags of one device that are read together, like neighbouring addresses in one request. */
interface Scan {
  readonly device: string;
  readonly periodMs: number;
  /** Offset of the polls in the period, ms: a collector distributes its requests over the period. */
  readonly offsetMs: number;
  readonly readings: readonly Reading[];
}

/**
 * Observations that a monitor would collect from a plant, without sockets and as fast as the plant computes. Every tag is read at
 * its scan period, at most once a second because a plant advances by seconds. The tags of one request share one time. The
 * requests are distributed over the period, and drift slowly against the seconds of the plant. Values and qualities are as after
 * encoding; source and receive time are plant time.
 */
export function* headlessObservations({ plant, tags, from, to, onSecond }: HeadlessOptions): Generator<Batch, void, void> {
  const observe = headlessReads(plant, tags);
  for (let time = from + 1000; time <= to; time += 1000) {
    plant.step(1);
    onSecond?.(plant);
    yield* observe(time);
  }
}

/** Reads that a collector would make of a plant at a second of plant time, ms UTC, as in `headlessObservations`. */
export function headlessReads(plant: Plant, tags: TagTable): (time: number) => readonly Batch[] {
  const scans = scansOf(plant, tags);
  return (time) => scans.filter((scan) => isDue(scan, time)).map((scan) => read(plant, scan, time));
}

/** True if the scan has a poll in the plant second that begins at `time`, ms UTC. */
function isDue({ offsetMs, periodMs }: Scan, time: number): boolean {
  const pollsUntil = (at: number): number => Math.ceil((at * (1 - drift) - offsetMs) / periodMs);
  return periodMs <= 1000 || pollsUntil(time + 1000) > pollsUntil(time);
}

/** Read of neighbouring addresses of one table, in one request. */
export interface TableRead {
  readonly device: string;
  readonly table: PlantAddress['table'];
  readonly address: number;
  /** Registers or bits. */
  readonly count: number;
}

/** Modbus requests of the reads of `headlessReads`: a read and its requests have the same second. */
export function headlessRequests(plant: Plant, tags: TagTable): (time: number) => readonly TableRead[] {
  const scans = scansOf(plant, tags).map((scan) => ({ ...scan, requests: tableReads(scan) }));
  return (time) => scans.filter((scan) => isDue(scan, time)).flatMap(({ requests }) => requests);
}

function tableReads({ device, readings }: Scan): TableRead[] {
  const reads: { device: string; table: PlantAddress['table']; address: number; count: number }[] = [];
  for (const { byModbus, address: point } of readings) {
    if (!byModbus) continue;
    const { table, address } = point;
    const last = reads.at(-1);
    const end = address + widthOf(point);
    if (last !== undefined && end - last.address <= mostRead) last.count = Math.max(last.count, end - last.address);
    else reads.push({ device, table, address, count: end - address });
  }
  return reads;
}

/** Requests per second of plant time that a collector sends to each device. */
export function requestRates(plant: Plant, tags: TagTable): ReadonlyMap<string, number> {
  const rates = new Map<string, number>();
  for (const { device, periodMs } of scansOf(plant, tags)) rates.set(device, (rates.get(device) ?? 0) + 1_000 / periodMs);
  return rates;
}

function scansOf(plant: Plant, tags: TagTable): Scan[] {
  const places = new Map(plant.points.map(({ name }, index) => [name, index]));
  const known = tags.tags.flatMap((tag, index) => {
    const point = places.get(tag.name);
    return point === undefined ? [] : [{ tag, reading: readingOf(tag, index, point, plant.points[point] as PlantPoint) }];
  });
  const groups = Map.groupBy(known, ({ tag }) => `${tag.device} ${tag.scanMs}`);
  return [...groups.values()].flatMap((members) => {
    const requests = requestsOf(members);
    return requests.flatMap((request, i) => {
      const [first] = request;
      if (first === undefined) return [];
      const { device, scanMs: periodMs } = first.tag;
      const offsetMs = (i / requests.length) * periodMs;
      return [{ device, periodMs, offsetMs, readings: request.map(({ reading }) => reading) }];
    });
  });
}

type Member = { readonly tag: Tag; readonly reading: Reading };

/** Runs of neighbouring addresses of one table. Points without a table form one run, as in a subscription. */
function requestsOf(members: readonly Member[]): Member[][] {
  const byTable = Map.groupBy(members, ({ tag }) => (tag.address as { table?: string } | undefined)?.table);
  return [...byTable].flatMap(([table, some]) => {
    if (table === undefined) return [some];
    const runs: Member[][] = [];
    let end = Number.NaN;
    for (const member of some.toSorted((a, b) => a.reading.address.address - b.reading.address.address)) {
      const { address, type } = member.reading.address;
      if (address <= end) runs.at(-1)?.push(member);
      else runs.push([member]);
      end = Math.max(Number.isNaN(end) ? 0 : end, address + (/32|64/.test(type) ? 2 : 1));
    }
    return runs;
  });
}

function readingOf({ address, range }: Tag, tag: number, point: number, { modbus }: PlantPoint): Reading {
  const byModbus = typeof address === 'object' && address !== null && 'table' in address;
  return {
    tag,
    point,
    address: modbus,
    byModbus,
    low: byModbus && range !== undefined ? range.low : Number.NEGATIVE_INFINITY,
    high: byModbus && range !== undefined ? range.high : Number.POSITIVE_INFINITY,
  };
}

function read(plant: Plant, { device, readings }: Scan, time: number): Batch {
  const batch = new BatchBuilder(device, readings.length);
  for (const reading of readings) {
    const value = onTheWire(reading.address, plant.registers[reading.point] as number);
    batch.add(reading.tag, value, qualityOf(reading, value, plant.failed[reading.point] === 1), time, time);
  }
  return batch.publish();
}

function qualityOf({ byModbus, low, high }: Reading, value: number, failed: boolean): number {
  if (!Number.isFinite(value) || (failed && !byModbus)) return Quality.BadSensorFailure;
  return value < low || value > high ? Quality.UncertainEngineeringUnitsExceeded : Quality.Good;
}

/** Value after encoding in a register and decoding. */
function onTheWire({ type, scale }: PlantAddress, value: number): number {
  if (type === 'float32') return Math.fround(value / scale) * scale;
  const [low, high] = integerRanges[type];
  const coded = Math.min(high, Math.max(low, Math.round(type === 'bit' ? value : value / scale)));
  return type === 'bit' ? coded : coded * scale;
}
