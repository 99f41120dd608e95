import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modbus } from '../../collectors/modbus/index.ts';
import { type ModbusServer, startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { qualityName } from '../../src/core/quality.ts';
import { requirePeer } from '../support/peers.ts';
import { testTag, testTags } from '../support/tags.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';

const run = promisify(execFile);

/** Asks one unit by pymodbus and prints what it understood, a line of JSON for each question. */
const pymodbusClient = `
import json, sys, struct
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=3, retries=0)
assert client.connect()
def show(name, reply):
    words = getattr(reply, "registers", None) or [int(bit) for bit in (getattr(reply, "bits", None) or [])]
    print(json.dumps([name, reply.exception_code if reply.isError() else words]))
floats = lambda value: list(struct.unpack(">HH", struct.pack(">f", value)))
show("input", client.read_input_registers(0, count=5))
show("input32", client.read_input_registers(10, count=4))
show("discrete", client.read_discrete_inputs(20, count=1))
show("float", client.write_registers(0, floats(0.3)))
show("register", client.write_register(2, 77))
show("coil", client.write_coil(20, True))
show("coils", client.write_coils(20, [False, True]))
show("mask", client.mask_write_register(address=2, and_mask=0xF0, or_mask=0x05))
show("exchange", client.readwrite_registers(read_address=0, read_count=3, write_address=2, values=[9]))
show("holding", client.read_holding_registers(0, count=3))
show("readcoils", client.read_coils(20, count=2))
show("unmapped", client.read_holding_registers(7000, count=1))
show("unit", client.read_holding_registers(0, count=1, slave=9))
identity = client.read_device_information(read_code=2, object_id=0)
print(json.dumps(["identity", [text.decode() for _, text in sorted(identity.information.items())]]))
client.close()
`;

/** A pymodbus server with known registers and an identity; prints its port, ends with its standard input. */
const pymodbusServer = `
import asyncio, sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server import ModbusTcpServer
async def main():
    block = lambda values: ModbusSequentialDataBlock(1, values)
    store = ModbusSlaveContext(
        co=block([0, 1, 1, 0, 1]), di=block([1, 0, 1]),
        hr=block([0x4020, 0, 0xFF85, 0xFFFF, 0xFFFE, 0x4142, 0x4300] + [0] * 93), ir=block([7, 8, 9]))
    identity = ModbusDeviceIdentification(info_name={"VendorName": "pymodbus", "ProductCode": "PM", "MajorMinorRevision": "3"})
    server = ModbusTcpServer(ModbusServerContext(slaves={1: store}, single=False), identity=identity, address=("127.0.0.1", 0))
    await server.listen()
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.shutdown()
asyncio.run(main())
`;

describe('the simulated controllers', () => {
  let plant: TinyPlant;
  let server: ModbusServer;

  beforeEach(async () => {
    plant = new TinyPlant();
    server = await startModbusServer({ plant, controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 }, testContext());
    plant.set('LEVEL', 2.5);
    plant.set('PRESSURE', -12.3);
    plant.set('HOURS', 100_000);
    plant.set('BALANCE', -1.5);
    plant.set('RUN', 1);
    plant.set('MODE', 0x12);
  });
  afterEach(async () => server[Symbol.asyncDispose]());

  it('are understood by pymodbus', async (test) => {
    const python = requirePeer('pymodbus', test);
    const { stdout } = await run(python.path, ['-c', pymodbusClient, String(server.port)], { timeout: 20_000 });
    const heard = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as [string, unknown]),
    );
    expect(heard.get('input')).toEqual([0x4020, 0, 0, 0, 0xff85]);
    expect(heard.get('input32')).toEqual([1, 0x86a0, 0xffff, 0xff6a]);
    expect(heard.get('discrete')).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(heard.get('exchange')).toEqual([0x3e99, 0x999a, 9]);
    expect(heard.get('holding')).toEqual([0x3e99, 0x999a, 9]);
    expect(heard.get('readcoils')).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    expect(heard.get('unmapped')).toBe(2);
    expect(heard.get('unit')).toBe(11);
    expect(heard.get('identity')).toEqual(['scadawatch', 'SIM', '1.0', '', 'Simulated controller', 'plc1', '']);
    expect(plant.writes).toEqual([
      { point: 'SP', value: Math.fround(0.3) },
      { point: 'MODE', value: 77 },
      { point: 'CMD', value: 1 },
      { point: 'CMD', value: 0 },
      { point: 'CMD2', value: 1 },
      { point: 'MODE', value: (77 & 0xf0) | 0x05 },
      { point: 'MODE', value: 9 },
    ]);
  });

  it('are understood by mbpoll', async (test) => {
    const { path } = requirePeer('mbpoll', test);
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

async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface(stream)) return line;
  throw new Error('the peer ended without a word');
}

describe('the collector', () => {
  it('reads a pymodbus server', async (test) => {
    const python = requirePeer('pymodbus', test);
    const child = spawn(python.path, ['-c', pymodbusServer], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const port = await firstLine(child.stdout);
      const holding = (name: string, register: number, rest: object) =>
        testTag(name, { table: 'holding', register, ...rest }, { scanMs: 50 });
      const tags = testTags([
        holding('FLOAT', 0, { type: 'float32' }),
        holding('SCALED', 2, { type: 'int16', scale: 0.1 }),
        holding('LONG', 3, { type: 'int32' }),
        holding('TEXT', 5, { type: 'string', length: 4 }),
        holding('FAR', 40, {}),
        holding('ILLEGAL', 100, {}),
        testTag('COIL', { table: 'coil', register: 4 }, { scanMs: 50 }),
        testTag('DISCRETE', { table: 'discrete', register: 2 }, { scanMs: 50 }),
        testTag('INPUT', { table: 'input', register: 1 }, { scanMs: 50 }),
      ]);
      const config = modbus.schema.parse({ host: '127.0.0.1', port: Number(port), pauseMs: 1, maxRequestsPerSecond: 1000 });
      const collector = modbus.create(config, { device: 'plc1', tags, dataDir: '', devices: [] }, testContext());
      await using session = await collector.connect(new AbortController().signal);
      const seen = new Map<string, unknown>();
      for await (const observation of session) {
        if (observation.kind === 'event' && observation.event.type === 'identity')
          seen.set('identity', observation.event.identity);
        if (observation.kind !== 'batch') continue;
        const { batch } = observation;
        for (let row = 0; row < batch.length; row++) {
          const quality = qualityName(batch.quality[row] ?? 0);
          const value = batch.texts.get(row) ?? batch.value[row];
          seen.set(tags.at(batch.tag[row] ?? 0).name, quality === 'Good' ? value : quality);
        }
        break;
      }
      expect(Object.fromEntries(seen)).toEqual({
        identity: expect.objectContaining({ VendorName: 'pymodbus', ProductCode: 'PM', MajorMinorRevision: '3' }),
        FLOAT: 2.5,
        SCALED: -123 * 0.1,
        LONG: -2,
        TEXT: 'ABC',
        FAR: 0,
        ILLEGAL: 'BadNodeIdUnknown',
        COIL: 1,
        DISCRETE: 1,
        INPUT: 8,
      });
    } finally {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.stdin.end();
      await ended;
    }
  });
});
