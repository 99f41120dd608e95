import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbap, RawModbus, rtu } from '../../../test/support/raw-modbus.ts';
import { TinyPlant, testContext } from '../../../test/support/tiny-plant.ts';
import { type ModbusRequest, type ModbusServer, type ModbusServerOptions, startModbusServer } from './index.ts';

const word = (value: number): number[] => [value >> 8, value & 0xff];
const read = (functionCode: number, address: number, count: number): number[] => [functionCode, ...word(address), ...word(count)];
const hex = (pdu: Buffer | undefined): string => pdu?.toString('hex') ?? 'closed';

describe('the Modbus server of a plant', () => {
  let plant: TinyPlant;
  let server: ModbusServer;
  let client: RawModbus;
  let seen: ModbusRequest[];

  const start = async (options: Partial<ModbusServerOptions> = {}): Promise<void> => {
    plant = new TinyPlant();
    seen = [];
    server = await startModbusServer(
      { plant, controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0, onRequest: (request) => seen.push(request), ...options },
      testContext(),
    );
    client = await RawModbus.open(server.port);
  };

  beforeEach(async () => start());
  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('serves every type in every table', async () => {
    plant.set('LEVEL', 2.5);
    plant.set('PRESSURE', -12.34);
    plant.set('HOURS', 100_000);
    plant.set('BALANCE', -1.5);
    plant.set('CMD2', 1);
    plant.set('RUN', 1);
    expect(hex(await client.ask(read(4, 0, 2)))).toBe('040440200000');
    expect(hex(await client.ask(read(4, 4, 1)))).toBe('0402ff85'); // −123
    expect(hex(await client.ask(read(4, 10, 4)))).toBe('0408000186a0ffffff6a'); // 100 000, −150
    expect(hex(await client.ask(read(1, 20, 2)))).toBe('010102');
    expect(hex(await client.ask(read(2, 20, 1)))).toBe('020101');
    expect(hex(await client.ask(read(3, 900, 1)))).toBe('03020000');
  });

  it('clamps an integer to its register', async () => {
    plant.set('PRESSURE', 1e9);
    plant.set('BEAT', -4);
    expect(hex(await client.ask(read(4, 4, 1)))).toBe('04027fff');
    expect(hex(await client.ask(read(3, 900, 1)))).toBe('03020000');
  });

  it.each([
    ['an address that is not mapped', read(3, 5, 1), '8302'],
    ['a block that leaves the mapped addresses', read(4, 2, 4), '8402'],
    ['addresses beyond the table', read(3, 65_535, 2), '8302'],
    ['no registers', read(3, 0, 0), '8303'],
    ['126 registers', read(3, 0, 126), '8303'],
    ['2001 bits', read(1, 0, 2001), '8103'],
    ['a request that is too short', [3, 0, 0], '8303'],
    ['a request that is too long', [...read(3, 0, 1), 0], '8303'],
    ['a coil that is neither on nor off', [5, ...word(20), 0x12, 0x34], '8503'],
    ['a byte count that does not fit', [16, ...word(0), ...word(2), 3, 0, 0, 0], '9003'],
    ['a point that cannot be written', [6, ...word(900), 0, 1], '8602'],
    ['a write that not a number comes out of', [16, ...word(0), ...word(2), 4, 0x7f, 0xc0, 0, 0], '9003'],
    ['a value that the plant refuses', [16, ...word(0), ...word(2), 4, 0x7f, 0x7f, 0, 0], '9003'],
    ['an unknown function', [8, 0, 0, 0, 0], '8801'],
    ['an unknown MEI type', [43, 13, 0, 0], 'ab01'],
    ['an unknown identity code', [43, 14, 5, 0], 'ab03'],
    ['an unknown identity object', [43, 14, 4, 99], 'ab02'],
  ])('refuses %s', async (_, pdu, reply) => {
    expect(hex(await client.ask(pdu))).toBe(reply);
    expect(plant.writes).toEqual([]);
  });

  it('answers for another unit as a gateway without that unit does', async () => {
    expect(hex(await client.ask(read(3, 0, 1), 2))).toBe('830b');
  });

  it('passes writes to the plant and reads them back at once', async () => {
    expect(hex(await client.ask([16, ...word(0), ...word(2), 4, 0x3e, 0x99, 0x99, 0x9a]))).toBe('1000000002');
    expect(hex(await client.ask([5, ...word(20), 0xff, 0]))).toBe('050014ff00');
    expect(hex(await client.ask([15, ...word(20), ...word(2), 1, 0b10]))).toBe('0f00140002');
    expect(hex(await client.ask([6, ...word(2), 0, 5]))).toBe('0600020005');
    expect(hex(await client.ask(read(3, 0, 3)))).toBe('03063e99999a0005');
    expect(hex(await client.ask(read(1, 20, 2)))).toBe('010102');
    expect(plant.writes).toEqual([
      { point: 'SP', value: Math.fround(0.3) },
      { point: 'CMD', value: 1 },
      { point: 'CMD', value: 0 },
      { point: 'CMD2', value: 1 },
      { point: 'MODE', value: 5 },
    ]);
    plant.step(1);
    expect(plant.get('SP')).toBe(Math.fround(0.3));
    plant.step(1);
    plant.set('SP', 1);
    expect(hex(await client.ask(read(3, 0, 2)))).toBe('03043f800000');
  });

  it('combines a written half of a float with the present other half', async () => {
    plant.set('SP', 1); // 3f80 0000
    await client.ask([6, ...word(0), 0x3e, 0x99]);
    await client.ask([6, ...word(1), 0x99, 0x9a]);
    expect(plant.writes.at(-1)).toEqual({ point: 'SP', value: Math.fround(0.3) });
  });

  it('changes all points of a write or none', async () => {
    const pdu = [16, ...word(0), ...word(4), 8, 0, 0, 0, 0, 0, 1, 0, 1];
    expect(hex(await client.ask(pdu))).toBe('9002');
    expect(plant.writes).toEqual([]);
  });

  it('masks a register (FC 22) and writes before it reads (FC 23)', async () => {
    plant.set('MODE', 0x12);
    expect(hex(await client.ask([22, ...word(2), ...word(0xf2), ...word(0x25)]))).toBe('16000200f20025');
    expect(plant.writes.at(-1)).toEqual({ point: 'MODE', value: 0x17 });
    expect(hex(await client.ask([23, ...word(2), ...word(1), ...word(2), ...word(1), 2, 0, 9]))).toBe('17020009');
  });

  it('returns its identity in parts that fit into a PDU', async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    const identity = { vendor: 'v'.repeat(200), productCode: 'p'.repeat(200) };
    server = await startModbusServer({ plant, controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0, identity }, testContext());
    client = await RawModbus.open(server.port);
    const first = await client.ask([43, 14, 1, 0]);
    expect(first?.subarray(0, 9).toString('hex')).toBe('2b0e0182ff0101' + '00c8');
    const second = await client.ask([43, 14, 1, 1]);
    expect(second?.subarray(3, 7).toString('hex')).toBe('82000002');
    expect(hex(await client.ask([43, 14, 4, 2]))).toBe('2b0e04820000010203312e30');
  });

  it('reports every request with its client', async () => {
    await client.ask([6, ...word(2), 0, 5]);
    await client.ask(read(3, 5, 1));
    const from = { time: 0, controller: 'plc1', client: `127.0.0.1:${client.socket.localPort}`, unit: 1 };
    expect(seen).toEqual([
      { ...from, function: 6, address: 2, count: 1, values: [5], exception: undefined },
      { ...from, function: 3, address: 5, count: 1, values: [], exception: 2 },
    ]);
  });

  it('answers a pipeline in order, and with "busy" beyond its limit', async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await start({ pipelined: 2 });
    client.socket.write(Buffer.concat([1, 2, 3].map((id) => mbap(Buffer.from(read(3, 900, 1)), 1, id))));
    const replies = [await client.frame(), await client.frame(), await client.frame()];
    expect(replies.map((reply) => reply?.readUInt16BE(0))).toEqual([1, 2, 3]);
    expect(hex(replies[2]?.subarray(7))).toBe('8306');
  });

  it('refuses clients beyond its maximum and closes silent connections', async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await start({ connections: 1, idleMs: 60 });
    const second = await RawModbus.open(server.port);
    expect(await second.frame()).toBeUndefined();
    expect(await client.frame()).toBeUndefined();
    await expect.poll(() => server.clients).toBe(0);
  });

  it('survives any bytes in any chunks', async () => {
    const header = fc.record({ protocol: fc.constantFrom(0, 0, 0, 1), pdu: fc.uint8Array({ minLength: 1, maxLength: 30 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(header, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), async (frames, cut) => {
        const bytes = Buffer.concat(
          frames.map(({ protocol, pdu }, id) => {
            const frame = mbap(Buffer.from(pdu), 1, id);
            frame.writeUInt16BE(protocol, 2);
            return frame;
          }),
        );
        await using peer = await RawModbus.open(server.port);
        for (let at = 0; at < bytes.length; at += cut) peer.socket.write(bytes.subarray(at, at + cut));
        const broken = frames.findIndex(({ protocol }) => protocol !== 0);
        const answered = broken < 0 ? frames.length : broken;
        for (let id = 0; id < answered; id++) {
          const reply = await peer.frame();
          // A peer that violates the protocol may lose replies in transit.
          if (reply === undefined) expect(broken).toBeGreaterThanOrEqual(0);
          else expect(reply.readUInt16BE(0)).toBe(id);
        }
        if (broken >= 0) expect(await peer.frame()).toBeUndefined();
      }),
      { seed: 7, numRuns: 60 },
    );
    expect(hex(await client.ask(read(3, 900, 1)))).toMatch(/^0302/);
  });

  it('returns its server id', async () => {
    expect((await client.ask([17]))?.toString('latin1')).toBe('\x11\x13scadawatch SIM 1.0\xff');
    expect(hex(await client.ask([17, 0]))).toBe('9103');
  });

  describe('in RTU', () => {
    /** Waits until `expected` bytes have arrived, then briefly for excess bytes. Returns all received bytes. */
    const exchange = async (expected: string, ...frames: readonly Buffer[]): Promise<string> => {
      await using peer = await RawModbus.open(server.port);
      let answered = '';
      peer.socket.on('data', (chunk: Buffer) => void (answered += chunk.toString('hex')));
      for (const frame of frames) peer.socket.write(frame);
      await expect.poll(() => answered.length).toBeGreaterThanOrEqual(expected.length);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return answered;
    };
    const frame = (pdu: readonly number[], unit = 1): Buffer => rtu(Uint8Array.from(pdu), unit);
    const right = rtu(Uint8Array.from([3, 2, 0, 0]), 1).toString('hex');

    beforeEach(async () => {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await start({ transport: { type: 'rtu-over-tcp' } });
    });

    it('answers requests that arrive byte by byte, after noise, and after a damaged request', async () => {
      const request = frame(read(3, 900, 1));
      const damaged = Buffer.from(request).fill(7, 3, 4);
      expect(await exchange(right, ...Array.from(request, (byte) => Buffer.from([byte])))).toBe(right);
      expect(await exchange(right, Buffer.from([0, 0xff, 1, 3]), request)).toBe(right);
      expect(await exchange(right, damaged, request)).toBe(right);
      expect(await exchange('', damaged)).toBe('');
    });

    it('refuses an unknown function after a silence of the line', async () => {
      expect(await exchange(frame([0x88, 1]).toString('hex'), frame([8, 0, 0, 0, 0]))).toBe(frame([0x88, 1]).toString('hex'));
      expect(await exchange(frame([0xe3, 1]).toString('hex'), frame([99, 1, 2, 3]))).toBe(frame([0xe3, 1]).toString('hex'));
    });

    it('ignores requests to other units, and executes broadcasts without an answer', async () => {
      expect(await exchange('', frame(read(3, 900, 1), 2))).toBe('');
      expect(await exchange('', frame([6, ...word(2), 0, 5], 0))).toBe('');
      await expect.poll(() => plant.writes).toEqual([{ point: 'MODE', value: 5 }]);
    });
  });

  it('names the port that is not available', async () => {
    const options = { plant, controller: 'plc1', unit: 1, host: '127.0.0.1', port: server.port };
    await expect(startModbusServer(options, testContext())).rejects.toMatchObject({ kind: 'config' });
    await server[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
});
