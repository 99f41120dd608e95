import { expect, it } from 'vitest';
import { modbus } from '../../collectors/modbus/index.ts';
import type { Batch } from '../../src/core/batch.ts';
import { Quality, qualityName } from '../../src/core/quality.ts';
import type { PlantAddress } from '../../src/core/plant.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { startReadModbusServer } from '../../test/support/modbus-simulator.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { TinyPlant, testContext, tinyPoints } from '../../test/support/tiny-plant.ts';
import { headlessObservations } from './headless.ts';

const tables = { coil: 'coil', 'discrete-input': 'discrete', holding: 'holding', input: 'input' } as const;
const addressOf = ({ table, address, type, scale }: PlantAddress): object => ({
  table: tables[table],
  register: address,
  type: type === 'bit' && (table === 'holding' || table === 'input') ? 'uint16' : type,
  scale,
});

const contents = (batch: Batch, tags: TagTable): Record<string, [number, string]> =>
  Object.fromEntries(
    Array.from(batch.tag, (tag, row) => [tags.at(tag).name, [batch.value[row] ?? 0, qualityName(batch.quality[row] ?? 0)]]),
  );

it('yields the same samples as a collector of the same plant over the network', async () => {
  const plant = new TinyPlant();
  const values: Record<string, number> = { LEVEL: 0.1, FLOW: -7.7, PRESSURE: 12.34, HOURS: 99_999.6, BALANCE: -0.126 };
  for (const [name, value] of Object.entries({ ...values, SP: 1 / 3, MODE: 70_000, BEAT: 3, CMD: 1, RUN: 1 }))
    plant.set(name, value);
  plant.failed[plant.index('PRESSURE')] = 1;
  const points = tinyPoints.filter(({ modbus: { controller } }) => controller === 'plc1');
  const range = { low: 0, high: 100_000 };
  const tags = testTags(points.map(({ name, modbus: address }) => testTag(name, addressOf(address), { range, scanMs: 1000 })));

  await using server = await startReadModbusServer({ plant });
  const config = modbus.schema.parse({ host: '127.0.0.1', port: server.port, pauseMs: 0, fillRegisters: 0, fillBits: 0 });
  await using session = await modbus
    .create(config, { device: 'plc1', tags, dataDir: '', devices: [] }, testContext())
    .connect(new AbortController().signal);
  const overTheWire: Record<string, [number, string]> = {};
  const requests: string[] = [];
  for await (const observation of session) {
    if (observation.kind !== 'batch') continue;
    const read = contents(observation.batch, tags);
    requests.push(Object.keys(read).toSorted().join());
    Object.assign(overTheWire, read);
    if (Object.keys(overTheWire).length === tags.size) break;
  }
  const batches = [...headlessObservations({ plant, tags, from: 0, to: 1000 })].map((batch) => contents(batch, tags));
  expect(Object.assign({}, ...batches)).toEqual(overTheWire);
  expect(batches.map((batch) => Object.keys(batch).toSorted().join()).toSorted()).toEqual(requests.toSorted());
  expect(overTheWire['FLOW']).toEqual([Math.fround(-7.7), 'UncertainEngineeringUnitsExceeded']);
});

it('reads each tag at its period, by device, and reports failed signals where the protocol can', () => {
  const plant = new TinyPlant();
  plant.failed[plant.index('LEVEL')] = 1;
  const tags = testTags([
    testTag('LEVEL', { node: 'ns=1;s=LEVEL' }, { scanMs: 1000, device: 'opc' }),
    testTag('FLOW', { table: 'input', register: 2 }, { scanMs: 5000 }),
    testTag('BEAT', { table: 'holding', register: 900 }, { scanMs: 200 }),
    testTag('NOT.THERE', { table: 'input', register: 9 }, { scanMs: 1000 }),
  ]);
  const batches = [...headlessObservations({ plant, tags, from: 0, to: 10_000 })];
  const times = (name: string): (number | undefined)[] =>
    batches.filter((batch) => tags.at(batch.tag[0] ?? 0).name === name).map((batch) => batch.sourceTime[0]);
  expect(times('FLOW')).toEqual([5000, 10_000]);
  expect(times('BEAT').length).toBe(10);
  expect(times('NOT.THERE')).toEqual([]);
  expect(batches[0]?.device).toBe('opc');
  expect(batches[0]?.quality[0]).toBe(Quality.BadSensorFailure);
});

it('reads two requests in one second of the plant at some times, and in different ones at others', () => {
  const plant = new TinyPlant();
  const tables = { LEVEL: 'input', SP: 'holding', RUN: 'discrete' };
  const tags = testTags(Object.entries(tables).map(([name, table]) => testTag(name, { table, register: 0 }, { scanMs: 2000 })));
  const times = tags.tags.map((): number[] => []);
  for (const { tag, sourceTime } of headlessObservations({ plant, tags, from: 0, to: 3 * 3_600_000 }))
    times[tag[0] ?? -1]?.push(sourceTime[0] ?? Number.NaN);
  const [first = [], second = []] = times;
  expect(new Set(first.map((time, i) => Math.abs(time - (second[i] ?? Number.NaN))))).toEqual(new Set([0, 1000]));
  // a poll that passes the end of a second is a second later, once in 98 min
  const gaps = first.slice(1).map((time, i) => time - (first[i] ?? Number.NaN));
  expect(gaps.filter((gap) => gap !== 2000)).toEqual([3000]);
});
