import { describe, expect, it } from 'vitest';
import type { DeviceEndpoint } from '../../../src/core/collector.ts';
import type { WireEnds } from '../../../src/core/wire.ts';
import { answer, ask, recorder, testEnds } from '../../../test/support/modbus-wire.ts';
import { mbap } from '../../../test/support/raw-modbus.ts';
import { testTag, testTags } from '../../../test/support/tags.ts';
import { ReadingPace } from '../reading-pace.ts';
import { modbusPoints, modbusStream } from './index.ts';

const tags = testTags([
  testTag('LEVEL', { table: 'holding', register: 0, type: 'int16', scale: 0.1, offset: -40 }),
  testTag('FLOW', { table: 'holding', register: 1, type: 'float32' }),
  testTag('AUTO', { table: 'holding', register: 3, type: 'bit', bit: 3 }, { kind: 'discrete' }),
  testTag('NAME', { table: 'holding', register: 4, type: 'string', length: 2 }, { kind: 'text' }),
  testTag('PUMP', { table: 'coil', register: 9 }, { kind: 'discrete', scanMs: 5_000 }),
  testTag(
    'DOSE',
    { node: 'ns=1;s=DOSE' },
    { device: 'ua', aliases: [{ device: 'plc1', address: { table: 'holding', register: 6, type: 'uint16' } }] },
  ),
]);
const devices: DeviceEndpoint[] = [
  { name: 'plc1', type: 'modbus', config: { host: '10.0.0.1', port: 502, unit: 1 } },
  { name: 'ua', type: 'opcua', config: { endpoint: 'opc.tcp://10.0.0.3' } },
];

function listen() {
  const report = recorder();
  const stream = modbusStream(modbusPoints(tags, devices), new ReadingPace(tags));
  const connect = (ends: WireEnds = testEnds) => stream.create({ ends, report });
  let transaction = 0;
  /** Names and values that are reported of one exchange at a time, ms. */
  const read = (time: number, request: Buffer, response: Buffer, via: ReturnType<typeof connect>) => {
    transaction++;
    via.data('client', mbap(request, 1, transaction), { time, number: transaction });
    via.data('server', mbap(response, 1, transaction), { time, number: transaction });
    return report.readings.splice(0).flatMap(({ readings }) => readings.map(({ tag, value }) => [tags.at(tag).name, value]));
  };
  return { report, connect, read };
}

const registers = answer.registers(3, [650, 0x4020, 0, 0b1000, 0x4142, 0x4344, 17]);

describe('values in a response', () => {
  it('are those of the tags that it contains completely, in their units, without texts', () => {
    const { connect, read } = listen();
    const via = connect();
    const all = [
      ['LEVEL', 25],
      ['FLOW', 2.5],
      ['AUTO', 1],
      ['DOSE', 17],
    ];
    expect(read(0, ask.read(3, 0, 7), registers, via)).toEqual(all);
    expect(read(60_000, ask.read(3, 2, 2), answer.registers(3, [0, 0]), via)).toEqual([['AUTO', 0]]);
    expect(read(60_000, ask.read(1, 8, 2), answer.bits(1, [false, true]), via)).toEqual([['PUMP', 1]]);
    expect(read(60_000, ask.read(4, 0, 1), answer.registers(4, [5]), via)).toEqual([]);
  });

  it('name function and unit, and are not those of an unknown device or a refusal', () => {
    const { report, connect, read } = listen();
    const via = connect();
    read(0, ask.read(3, 0, 1), answer.refusal(3, 2), via);
    expect(report.readings).toEqual([]);
    expect(read(0, ask.read(3, 0, 1), answer.registers(3, [650]), connect({ ...testEnds, device: undefined }))).toEqual([]);
    via.data('client', mbap(ask.read(3, 0, 1), 1, 99), { time: 0, number: 99 });
    via.data('server', mbap(answer.registers(3, [650]), 1, 99), { time: 0, number: 100 });
    expect(report.readings).toEqual([{ operation: 'FC3', unit: 1, readings: [{ tag: 0, value: 25 }] }]);
  });

  it('are reported once in the scan period of the tag for each client, whatever its number of connections', () => {
    const { connect, read } = listen();
    const level = (time: number, via = connect()) => read(time, ask.read(3, 0, 1), answer.registers(3, [650]), via).length;
    const pump = (time: number) => read(time, ask.read(1, 9, 1), answer.bits(1, [true]), connect()).length;
    expect([0, 20, 500, 990, 1_400, 2_000].map((time) => level(time))).toEqual([1, 0, 0, 1, 0, 1]);
    expect(level(2_000, connect({ ...testEnds, client: '10.0.0.8' }))).toBe(1);
    expect([0, 1_000, 3_900, 4_900].map(pump)).toEqual([1, 0, 0, 1]);
  });
});
