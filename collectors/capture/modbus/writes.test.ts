import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceEndpoint } from '../../../src/core/collector.ts';
import type { WireEnds } from '../../../src/core/wire.ts';
import { answer, ask, recorder, testEnds, words } from '../../../test/support/modbus-wire.ts';
import { mbap } from '../../../test/support/raw-modbus.ts';
import { testTag, testTags } from '../../../test/support/tags.ts';
import { ReadingPace } from '../reading-pace.ts';
import { modbusPoints, modbusStream } from './index.ts';

const tags = testTags([
  testTag('SP', { table: 'holding', register: 0, type: 'int16', scale: 0.1, offset: -40 }),
  testTag('FLOW', { table: 'holding', register: 10, type: 'float32', order: 'CDAB' }),
  testTag('AUTO', { table: 'holding', register: 20, type: 'bit', bit: 3 }),
  testTag('SWAPPED', { table: 'holding', register: 20, type: 'bit', bit: 0, order: 'BADC' }),
  testTag('MODE', { table: 'holding', register: 20, type: 'uint16' }),
  testTag('PUMP', { table: 'coil', register: 5 }),
  testTag('NAME', { table: 'holding', register: 30, type: 'string', length: 4 }),
  testTag('TOTAL', { table: 'holding', register: 40, type: 'uint64' }),
  testTag('FAR', { unit: 7, table: 'holding', register: 0, type: 'uint16' }),
  testTag('SEEN', { table: 'input', register: 0, type: 'uint16' }),
  testTag(
    'DOSE',
    { node: 'ns=1;s=DOSE' },
    { device: 'ua', aliases: [{ device: 'plc1', address: { table: 'holding', register: 50, type: 'float32' } }] },
  ),
  testTag('NEXT', { table: 'holding', register: 1, type: 'uint16' }, { device: 'plc2' }),
  ...Array.from({ length: 140 }, (_, i) => testTag(`C${i}`, { table: 'coil', register: 1000 + i })),
]);
const devices: DeviceEndpoint[] = [
  { name: 'plc1', type: 'modbus', config: { host: '10.0.0.1', port: 502, unit: 1 } },
  { name: 'plc2', type: 'modbus', config: { host: '10.0.0.1', port: 502, unit: 2 } },
  { name: 'ua', type: 'opcua', config: { endpoint: 'opc.tcp://10.0.0.3' } },
];
const tag = (name: string) => tags.indexOf(name);

function listen() {
  const report = recorder();
  const stream = modbusStream(modbusPoints(tags, devices), new ReadingPace(tags));
  const connect = (ends: WireEnds = testEnds) => stream.create({ ends, report });
  const decoder = connect();
  let transaction = 0;
  const exchange = (request: Buffer, response: Buffer | undefined, { unit = 1, via = decoder } = {}) => {
    transaction++;
    via.data('client', mbap(request, unit, transaction), { time: transaction, number: transaction });
    if (response !== undefined) via.data('server', mbap(response, unit, transaction), { time: transaction, number: transaction });
    return report.writes.splice(0);
  };
  return { report, exchange, connect, decoder };
}

describe('a write to a tag', () => {
  it('is reported in its engineering unit, with the previous value', () => {
    const { exchange } = listen();
    exchange(ask.read(3, 0, 1), answer.registers(3, [650]));
    const write = ask.register(0, 900);
    expect(exchange(write, answer.echo(write))).toEqual([
      { operation: 'FC6', unit: 1, target: 'holding 0', tag: tag('SP'), before: 25, after: 50, accepted: true },
    ]);
    const next = ask.registers(0, [0xffff]);
    expect(exchange(next, answer.wrote(next))[0]).toMatchObject({ before: 50, after: -40.1, accepted: true });
  });

  it('that another device reads is found under its alias', () => {
    const { exchange } = listen();
    const write = ask.registers(50, [0x3e99, 0x999a]);
    const [found] = exchange(write, answer.wrote(write));
    expect(found).toMatchObject({ tag: tag('DOSE'), before: undefined, after: expect.closeTo(0.3, 6) });
  });

  it('that is rejected or unanswered changes nothing', () => {
    const { exchange, decoder, report } = listen();
    exchange(ask.read(1, 5, 1), answer.bits(1, [true]));
    expect(exchange(ask.coil(5, false), answer.refusal(5, 4))).toMatchObject([
      { tag: tag('PUMP'), before: 1, after: 0, accepted: false },
    ]);
    expect(exchange(ask.coil(5, false), undefined)).toEqual([]);
    decoder.end({ time: 9, number: 9 });
    expect(report.writes.splice(0)).toMatchObject([{ target: 'coil 5', before: 1, after: 0, accepted: undefined }]);
    expect(exchange(ask.coil(5, true), ask.coil(5, true))[0]).toMatchObject({ before: 1, after: 1 });
  });

  it('uses values read on another connection, and none of another unit', () => {
    const { exchange, connect } = listen();
    exchange(ask.read(3, 0, 1), answer.registers(3, [650]), { via: connect({ ...testEnds, client: '10.0.0.77' }) });
    const write = ask.register(0, 900);
    expect(exchange(write, write)[0]).toMatchObject({ before: 25 });
    expect(exchange(write, write, { unit: 7 })[0]).toMatchObject({ tag: tag('FAR'), before: undefined, after: 900 });
  });

  it('finds the tags of another device behind the same gateway, and all under unit 0', () => {
    const { exchange } = listen();
    const write = ask.register(1, 5);
    expect(exchange(write, write, { unit: 2 })[0]).toMatchObject({ tag: tag('NEXT'), after: 5 });
    const all = ask.register(0, 5);
    expect(exchange(all, undefined, { unit: 0 })).toEqual([]);
    expect(exchange(all, all, { unit: 255 }).map((one) => one.tag)).toEqual([tag('SP'), tag('FAR')]);
  });

  it('of half a value completes it with the last known other half, else reports the raw code', () => {
    const { exchange } = listen();
    const [low, high] = [words(0x0000), words(0x4248)];
    const half = ask.register(11, 0x4248);
    expect(exchange(half, half)).toMatchObject([
      { target: 'holding 10', tag: tag('FLOW'), before: undefined, after: 'coded 0x4248 at holding 11' },
    ]);
    exchange(ask.read(3, 10, 2), answer.registers(3, [low.readUInt16BE(), high.readUInt16BE()]));
    const other = ask.register(11, 0x42c8);
    expect(exchange(other, other)).toMatchObject([{ tag: tag('FLOW'), before: 50, after: 100 }]);
  });

  it('of several tags in one register reports those of which a bit may change', () => {
    const { exchange } = listen();
    const mask = ask.mask(20, 0xfff7, 0x0008);
    expect(exchange(mask, mask)).toMatchObject([
      { tag: tag('AUTO'), target: 'holding 20', before: undefined, after: 1 },
      { tag: tag('MODE'), before: undefined, after: 'coded bits 0x0008 to 0x0008 at holding 20' },
    ]);
    exchange(ask.read(3, 20, 1), answer.registers(3, [0x0100]));
    const clear = ask.mask(20, 0xfeff, 0);
    expect(exchange(clear, clear)).toMatchObject([
      { tag: tag('SWAPPED'), before: 1, after: 0 },
      { tag: tag('MODE'), before: 0x100, after: 0 },
    ]);
    const whole = ask.register(20, 9);
    expect(exchange(whole, whole).map((one) => [one.tag, one.after])).toEqual([
      [tag('AUTO'), 1],
      [tag('SWAPPED'), 0],
      [tag('MODE'), 9],
    ]);
  });

  it('is decoded from function 23, and the values that it reads are kept', () => {
    const { exchange } = listen();
    expect(exchange(ask.both(10, 2, 0, [500]), answer.registers(23, [0, 0x4248]))).toMatchObject([
      { operation: 'FC23', tag: tag('SP'), after: 10 },
    ]);
    const other = ask.register(11, 0x42c8);
    expect(exchange(other, other)).toMatchObject([{ before: 50, after: 100 }]);
  });

  it('is reported as text for a text tag or a number that is too large', () => {
    const { exchange } = listen();
    const name = ask.registers(30, [0x5031, 0x2020]);
    expect(exchange(name, answer.wrote(name))).toMatchObject([{ tag: tag('NAME'), after: 'P1' }]);
    const total = ask.registers(40, [0xffff, 0xffff, 0xffff, 0xffff]);
    expect(exchange(total, answer.wrote(total))).toMatchObject([{ tag: tag('TOTAL'), after: '18446744073709551615' }]);
  });
});

describe('a write to addresses without a tag', () => {
  it('is reported address by address as raw codes', () => {
    const { exchange } = listen();
    const write = ask.registers(200, [1, 2]);
    exchange(write, answer.wrote(write));
    expect(exchange(ask.coils(9, [true, false]), ask.coils(9, [true, false]).subarray(0, 5))).toMatchObject([
      { target: 'coil 9', after: 1, accepted: true },
      { target: 'coil 10', after: 0 },
    ]);
    const mask = ask.mask(200, 0xfff0, 0x0005);
    expect(exchange(mask, mask)).toMatchObject([{ target: 'holding 200', before: 1, after: 5 }]);
    const blind = ask.mask(300, 0xfff0, 0x0005);
    expect(exchange(blind, blind)).toMatchObject([{ target: 'holding 300', before: undefined, after: 'bits 0x000f to 0x0005' }]);
  });

  it('beyond 16 addresses is reported with its range, beside its tags', () => {
    const { exchange } = listen();
    const write = ask.registers(
      0,
      Array.from({ length: 20 }, (_, i) => i),
    );
    const told = exchange(write, answer.wrote(write));
    expect(told.map(({ target }) => target)).toEqual(['holding 0', 'holding 10', 'holding 1–19']);
    expect(told.at(-1)?.after).toBe('17 values: 1 2 3 4 5 6 7 8 …');
  });

  it('of many tags is reported for 128 of them, and with a range for the rest', () => {
    const { exchange } = listen();
    const write = ask.coils(
      1000,
      Array.from({ length: 140 }, () => true),
    );
    const told = exchange(write, answer.wrote(write));
    expect(told).toHaveLength(129);
    expect(told.at(-1)).toMatchObject({ target: 'coil 1128–1139', after: '12 values: 1 1 1 1 1 1 1 1 …' });
  });

  it('to a file names file and record', () => {
    const { exchange } = listen();
    const write = ask.file(4, 7, [0x06af, 0x04be]);
    expect(exchange(write, write)).toMatchObject([
      { operation: 'FC21', target: 'file 4 record 7', after: '2 registers: 06af04be', accepted: true },
    ]);
  });
});

describe('the previous value', () => {
  it('is that of a plain list of all registers, for any reads and writes', () => {
    const step = fc.record({
      start: fc.integer({ min: 100, max: 400 }),
      values: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 12 }),
      how: fc.constantFrom('read', 'write', 'refused', 'mask'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { exchange } = listen();
        const registers = new Map<number, number>();
        for (const { start, values, how } of steps) {
          if (how === 'read') exchange(ask.read(3, start, values.length), answer.registers(3, values));
          else if (how === 'mask') {
            const mask = ask.mask(start, 0xff00, values[0] ?? 0);
            const [told] = exchange(mask, mask);
            const before = registers.get(start);
            expect(told?.before).toBe(before);
            if (before === undefined) continue;
            registers.set(start, (before & 0xff00) | ((values[0] ?? 0) & 0xff));
            expect(told?.after).toBe(registers.get(start));
            continue;
          } else {
            const write = ask.registers(start, values);
            const told = exchange(write, how === 'refused' ? answer.refusal(16, 4) : answer.wrote(write));
            expect(told.map(({ before }) => before)).toEqual(values.map((_, i) => registers.get(start + i)));
            expect(told.map(({ after }) => after)).toEqual(values);
          }
          if (how !== 'refused') values.forEach((value, i) => registers.set(start + i, value));
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
