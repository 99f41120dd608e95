import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type ModbusServer, type ServerTransport, startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { LibmodbusPeer, pymodbusClient, pymodbusServer } from '../support/modbus-peers.ts';
import { readOnce } from '../support/modbus-reading.ts';
import { requirePeer } from '../support/peers.ts';
import { SerialPair } from '../support/pty.ts';
import { testTag } from '../support/tags.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';

const run = promisify(execFile);
const baudRate = 115_200;

describe('the simulated controllers', () => {
  let plant: TinyPlant;
  let server: ModbusServer;

  const start = async (transport: ServerTransport): Promise<void> => {
    plant = new TinyPlant();
    plant.set('LEVEL', 2.5);
    plant.set('PRESSURE', -12.3);
    plant.set('HOURS', 100_000);
    plant.set('BALANCE', -1.5);
    plant.set('RUN', 1);
    plant.set('MODE', 0x12);
    server = await startModbusServer({ plant, controller: 'plc1', unit: 1, transport }, testContext());
  };
  afterEach(async () => server[Symbol.asyncDispose]());

  /** What every client of this suite writes. */
  const expectWrites = (): void => {
    expect(plant.writes.filter(({ point }) => point === 'SP')).toEqual([{ point: 'SP', value: Math.fround(0.3) }]);
    expect(plant.writes.filter(({ point }) => point.startsWith('CMD'))).toEqual([
      { point: 'CMD', value: 1 },
      { point: 'CMD', value: 0 },
      { point: 'CMD2', value: 1 },
    ]);
    expect(plant.writes.filter(({ point }) => point === 'MODE').map(({ value }) => value)).toEqual([77, (77 & 0xf0) | 0x05, 9]);
  };

  const expectUnderstood = (heard: ReadonlyMap<string, unknown>): void => {
    expect(heard.get('input')).toEqual([0x4020, 0, 0, 0, 0xff85]);
    expect(heard.get('input32')).toEqual([1, 0x86a0, 0xffff, 0xff6a]);
    expect(heard.get('discrete')).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(heard.get('exchange')).toEqual([0x3e99, 0x999a, 9]);
    expect(heard.get('holding')).toEqual([0x3e99, 0x999a, 9]);
    expect(heard.get('readcoils')).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    expect(heard.get('unmapped')).toBe(2);
    expect(heard.get('identity')).toEqual(['scadawatch', 'SIM', '1.0', '', 'Simulated controller', 'plc1', '']);
    expectWrites();
  };

  it('are understood by pymodbus over TCP', async (test) => {
    const python = requirePeer('pymodbus', test);
    await start({ type: 'tcp' });
    const heard = await pymodbusClient(python, 'tcp', String(server.port));
    expectUnderstood(heard);
    expect(heard.get('unit')).toBe(11);
  });

  it('are understood by pymodbus in RTU over TCP', async (test) => {
    const python = requirePeer('pymodbus', test);
    await start({ type: 'rtu-over-tcp' });
    expectUnderstood(await pymodbusClient(python, 'rtu-over-tcp', String(server.port)));
  });

  it('are understood by pymodbus on a serial line', async (test) => {
    const python = requirePeer('pymodbus', test);
    await using line = await SerialPair.open(requirePeer('socat', test));
    await start({ type: 'serial', path: line.a, baudRate });
    expectUnderstood(await pymodbusClient(python, 'rtu', line.b));
  });

  it.for(['tcp', 'rtu'] as const)('are understood by libmodbus, %s', async (kind, test) => {
    await using peer = await LibmodbusPeer.compile(requirePeer('libmodbus', test));
    await using line = kind === 'rtu' ? await SerialPair.open(requirePeer('socat', test)) : undefined;
    await start(line === undefined ? { type: 'tcp' } : { type: 'serial', path: line.a, baudRate });
    const heard = await peer.ask(kind, line?.b ?? String(server.port));
    expect(heard.get('input')).toBe('16416 0 0 0 65413');
    expect(heard.get('exchange')).toBe('16025 39322 9');
    expect(heard.get('holding')).toBe('16025 39322 9');
    expect(heard.get('unmapped')).toBe('Illegal data address');
    expect(heard.get('id')).toBe('19 scadawatch SIM 1.0');
    expectWrites();
  });

  it('are understood by mbpoll', async (test) => {
    const { path } = requirePeer('mbpoll', test);
    await start({ type: 'tcp' });
    const poll = async (...args: string[]): Promise<string> => {
      const options = ['-m', 'tcp', '-p', String(server.port), '-a', '1', '-0', '-1', '-q', ...args];
      return (await run(path, options, { timeout: 10_000 })).stdout;
    };
    expect(await poll('-t', '3:float', '-B', '-r', '0', '127.0.0.1')).toMatch(/\[0\]:\s+2\.5/);
    expect(await poll('-t', '3:int16', '-r', '4', '127.0.0.1')).toMatch(/\[4\]:\s+-123/);
    expect(await poll('-t', '1', '-r', '20', '127.0.0.1')).toMatch(/\[20\]:\s+1/);
    await poll('-t', '0', '-r', '20', '127.0.0.1', '1', '1');
    expect(await poll('-t', '0', '-r', '20', '-c', '2', '127.0.0.1')).toMatch(/\[20\]:\s+1\s+\[21\]:\s+1/);
    expect(plant.writes.map(({ point }) => point)).toEqual(['CMD', 'CMD2']);
  });
});

describe('the collector', () => {
  const holding = (name: string, register: number, rest: object) =>
    testTag(name, { table: 'holding', register, ...rest }, { scanMs: 50 });

  describe('reads a pymodbus server', () => {
    const tags = [
      holding('FLOAT', 0, { type: 'float32' }),
      holding('SCALED', 2, { type: 'int16', scale: 0.1 }),
      holding('LONG', 3, { type: 'int32' }),
      holding('TEXT', 5, { type: 'string', length: 4 }),
      holding('FAR', 40, {}),
      holding('ILLEGAL', 100, {}),
      testTag('COIL', { table: 'coil', register: 4 }, { scanMs: 50 }),
      testTag('DISCRETE', { table: 'discrete', register: 2 }, { scanMs: 50 }),
      testTag('INPUT', { table: 'input', register: 1 }, { scanMs: 50 }),
      holding('OTHER UNIT', 0, { unit: 2, type: 'float32' }),
    ];
    const expected = {
      identity: expect.objectContaining({ VendorName: 'pymodbus', ProductCode: 'PM', MajorMinorRevision: '3' }),
      values: {
        FLOAT: 2.5,
        SCALED: -123 * 0.1,
        LONG: -2,
        TEXT: 'ABC',
        FAR: 0,
        ILLEGAL: 'BadNodeIdUnknown',
        COIL: 1,
        DISCRETE: 1,
        INPUT: 8,
        'OTHER UNIT': 2.75,
      },
    };

    it.for(['tcp', 'rtu-over-tcp'])('by %s', async (transport, test) => {
      await using server = await pymodbusServer(requirePeer('pymodbus', test), transport);
      expect(await readOnce({ transport, host: '127.0.0.1', port: server.port }, tags)).toEqual(expected);
    });

    it('on a serial line', async (test) => {
      const python = requirePeer('pymodbus', test);
      await using line = await SerialPair.open(requirePeer('socat', test));
      await using _ = await pymodbusServer(python, 'rtu', line.a);
      const serial = { path: line.b, baudRate, parity: 'none' };
      expect(await readOnce({ transport: 'serial', serial, timeoutMs: 3_000 }, tags)).toEqual(expected);
    });
  });

  describe('reads a libmodbus server', () => {
    const tags = [
      holding('FIRST', 0, {}),
      holding('LAST', 99, {}),
      holding('ILLEGAL', 100, {}),
      testTag('INPUT', { table: 'input', register: 5 }, { scanMs: 50 }),
      testTag('COIL', { table: 'coil', register: 9 }, { scanMs: 50 }),
      testTag('DISCRETE', { table: 'discrete', register: 8 }, { scanMs: 50 }),
    ];
    const values = { FIRST: 3, LAST: 7 * 99 + 3, ILLEGAL: 'BadNodeIdUnknown', INPUT: 1005, COIL: 1, DISCRETE: 0 };

    it('over TCP, which tells its server id', async (test) => {
      await using peer = await LibmodbusPeer.compile(requirePeer('libmodbus', test));
      await using server = await peer.serve('tcp', '0');
      const reading = await readOnce({ host: '127.0.0.1', port: server.port }, tags);
      expect(reading.values).toEqual(values);
      expect(reading.identity?.['ServerId']).toMatch(/LMB\d/);
    });

    it('on a serial line', async (test) => {
      await using peer = await LibmodbusPeer.compile(requirePeer('libmodbus', test));
      await using line = await SerialPair.open(requirePeer('socat', test));
      await using _ = await peer.serve('rtu', line.a);
      const serial = { path: line.b, baudRate, parity: 'none' };
      expect((await readOnce({ transport: 'serial', serial, timeoutMs: 500 }, tags)).values).toEqual(values);
    });
  });
});
