import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { modbus } from '../../collectors/modbus/index.ts';
import { openChannel } from '../../collectors/modbus/transport/index.ts';
import type { ServerTransport } from '../../simulators/servers/modbus/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import { isBad } from '../../src/core/quality.ts';
import { openModbusPki } from '../support/certificates.ts';
import { collectorOf, readOnce, samplesOf } from '../support/modbus-reading.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { requirePeer } from '../support/peers.ts';
import { SerialPair } from '../support/pty.ts';
import { answerPdu, answerRight, type ScriptedRequest, scriptedRegister, startScriptedPeer } from '../support/scripted-modbus.ts';
import { testTag } from '../support/tags.ts';
import { TinyPlant } from '../support/tiny-plant.ts';

type Test = Parameters<typeof requirePeer>[1];

const transports = ['tcp', 'rtu-over-tcp', 'serial', 'tls'] as const;
type Transport = (typeof transports)[number];

/** Where a device is reached by each transport, and what the collector's settings for it are. */
interface Way extends AsyncDisposable {
  readonly server: ServerTransport;
  settings(port: number): object;
}

const baudRate = 115_200;

async function prepare(transport: Transport, test: Test): Promise<Way> {
  const network = { timeoutMs: 2_000, host: '127.0.0.1', transport };
  if (transport === 'serial') {
    const line = await SerialPair.open(requirePeer('socat', test));
    return {
      server: { type: 'serial', path: line.a, baudRate },
      settings: () => ({ transport, timeoutMs: 2_000, serial: { path: line.b, baudRate } }),
      [Symbol.asyncDispose]: () => line[Symbol.asyncDispose](),
    };
  }
  if (transport === 'tls') {
    const pki = await openModbusPki(requirePeer('openssl', test));
    return {
      server: { type: 'tls', ...pki.server, roles: { Monitor: 'read' } },
      settings: (port) => ({ ...network, port, tls: pki.client }),
      [Symbol.asyncDispose]: () => pki[Symbol.asyncDispose](),
    };
  }
  return { server: { type: transport }, settings: (port) => ({ ...network, port }), async [Symbol.asyncDispose]() {} };
}

/** Takes connections, says nothing and keeps every byte. */
class Recorder implements AsyncDisposable {
  readonly port: number;
  readonly #close: () => Promise<void>;
  readonly #chunks: Buffer[];

  private constructor(port: number, chunks: Buffer[], close: () => Promise<void>) {
    this.port = port;
    this.#chunks = chunks;
    this.#close = close;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  static async start(way: ServerTransport): Promise<Recorder> {
    const chunks: Buffer[] = [];
    const keep = (chunk: Buffer): void => void chunks.push(chunk);
    if (way.type === 'serial') {
      const { SerialPort } = await import('serialport');
      const port = new SerialPort({ path: way.path, baudRate, autoOpen: false });
      await new Promise<void>((resolve) => port.open(() => resolve()));
      port.on('data', keep);
      return new Recorder(0, chunks, () => new Promise((resolve) => port.close(() => resolve())));
    }
    const sockets = new Set<Socket>();
    const take = (socket: Socket): void => {
      sockets.add(socket);
      socket.on('data', keep).on('error', () => {});
    };
    const server =
      way.type === 'tls' ? createTlsServer({ ...way, requestCert: true, minVersion: 'TLSv1.3' }, take) : createServer(take);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return new Recorder(typeof address === 'object' && address !== null ? address.port : 0, chunks, async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

describe('over every transport', () => {
  it.for(transports)('no function but those that read can be sent (%s)', async (transport, test) => {
    await using way = await prepare(transport, test);
    await using recorder = await Recorder.start(way.server);
    const config = modbus.schema.parse({ ...way.settings(recorder.port), timeoutMs: 500, acceptUnits: [] });
    const { channel } = await openChannel(config, systemClock, new AbortController().signal);
    await using _ = channel;
    for (let code = 0; code < 256; code++) {
      const forms = [
        [code],
        [code, 0, 1, 0, 1, 2, 0, 0],
        [code, 14, 1, 0, 0, 0],
        ...(code < 1 || code > 4 ? [[code, 0, 1, 0xff, 0]] : []),
      ];
      for (const pdu of forms) {
        if (code === 17 && pdu.length === 1) continue;
        expect(() => channel.request(1, Buffer.from(pdu)), `function ${code}`).toThrow(/only reads/);
      }
    }
    const answer = channel.request(1, Buffer.from([3, 0, 7, 0, 1]));
    await expect.poll(() => recorder.bytes.toString('hex')).toMatch(/0103000700013[0-9a-f]{3}$|010300070001$/);
    // Of all that was tried, the one read is all that came.
    expect(recorder.bytes.length).toBe(transport === 'tcp' || transport === 'tls' ? 12 : 8);
    expect(await answer).toEqual({ kind: 'timeout' });
  });

  it.for(transports)('the simulator is read, with who it is (%s)', async (transport, test) => {
    await using way = await prepare(transport, test);
    const plant = new TinyPlant();
    plant.set('LEVEL', 2.5);
    plant.set('RUN', 1);
    plant.set('HOURS', 100_000);
    await using server = await startReadModbusServer({ plant, transport: way.server, identity: { revision: '4.2' } });
    const tags = [
      testTag('LEVEL', { table: 'input', register: 0, type: 'float32' }),
      testTag('HOURS', { table: 'input', register: 10, type: 'uint32' }),
      testTag('MODE', { table: 'holding', register: 2 }),
      testTag('RUN', { table: 'discrete', register: 20 }),
      testTag('CMD', { table: 'coil', register: 20 }),
    ];
    const { identity, values } = await readOnce(way.settings(server.port), tags);
    expect(values).toEqual({ LEVEL: 2.5, HOURS: 100_000, MODE: 0, RUN: 1, CMD: 0 });
    expect(identity).toMatchObject({ VendorName: 'scadawatch', MajorMinorRevision: '4.2', ModelName: 'plc1' });
    expect(plant.writes).toEqual([]);
  });

  it.for(transports)('a device that is another one after a reconnect is told with what it was (%s)', async (transport, test) => {
    await using way = await prepare(transport, test);
    const serve = (revision: string, port = 0) => startReadModbusServer({ transport: way.server, port, identity: { revision } });
    const first = await serve('1.0');
    const tags = [testTag('MODE', { table: 'holding', register: 2 })];
    const collector = collectorOf(way.settings(first.port), tags);
    const told = async () => {
      await using session = await collector.connect(new AbortController().signal);
      for await (const observation of session)
        if (observation.kind === 'event' && observation.event.type === 'identity') return observation.event;
      return undefined;
    };
    expect(await told()).toMatchObject({ identity: { MajorMinorRevision: '1.0' } });
    await first[Symbol.asyncDispose]();
    await using _ = await serve('2.0', first.port);
    expect(await told()).toMatchObject({
      identity: { MajorMinorRevision: '2.0' },
      previous: { MajorMinorRevision: '1.0' },
    });
  });
});

describe('a serial line', () => {
  const tags = [testTag('MODE', { table: 'holding', register: 2 })];

  it('that is pulled out ends the session; one that is not there, or is taken, is named', async (test) => {
    const line = await SerialPair.open(requirePeer('socat', test));
    const simulator = await startReadModbusServer({ transport: { type: 'serial', path: line.a, baudRate } });
    const settings = { transport: 'serial', serial: { path: line.b, baudRate } };
    const session = await collectorOf(settings, tags).connect(new AbortController().signal);
    await expect(collectorOf(settings, tags).connect(new AbortController().signal)).rejects.toMatchObject({
      kind: 'retryable',
      message: expect.stringContaining(line.b),
    });
    const reading = (async () => {
      for await (const observation of session) if (observation.kind === 'batch') await line[Symbol.asyncDispose]();
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'retryable' });
    await session[Symbol.asyncDispose]();
    await simulator[Symbol.asyncDispose]();
    await expect(collectorOf(settings, tags).connect(new AbortController().signal)).rejects.toMatchObject({
      kind: 'config',
      code: 'DEVICE_UNREACHABLE',
    });
  });
});

describe('units behind one gateway', () => {
  const tags = [1, 2, 3].map((unit) => testTag(`U${unit}`, { table: 'holding', register: unit, unit }));
  const settings = (port: number) => ({ host: '127.0.0.1', port, timeoutMs: 500, identity: false });

  it.for<[string, (request: ScriptedRequest) => void]>([
    ['is silent', () => {}],
    ['is given up by it', (request) => answerPdu(request, [0x83, 11])],
    ['has no path', (request) => answerPdu(request, [0x83, 10])],
  ])('that live are read while one %s, which is asked ever more seldom', async ([, fail]) => {
    const asked: number[] = [];
    await using peer = await startScriptedPeer((request) => {
      asked.push(request.unit);
      if (request.unit === 2) fail(request);
      else answerRight(request);
    });
    await using session = await collectorOf(settings(peer.port), tags).connect(new AbortController().signal);
    const good: Record<string, number> = {};
    let worst = '';
    for await (const observation of session) {
      for (const [name, value, quality] of samplesOf(observation, tags)) {
        if (quality !== 'Good') {
          expect(name).toBe('U2');
          worst = quality;
          continue;
        }
        expect(value).toBe(scriptedRegister(Number(name.slice(1))));
        good[name] = (good[name] ?? 0) + 1;
      }
      if ((good['U1'] ?? 0) >= 40 && (good['U3'] ?? 0) >= 40) break;
    }
    expect(['BadTimeout', 'BadNoCommunication']).toContain(worst);
    expect(good['U2']).toBeUndefined();
    expect(asked.filter((unit) => unit === 2).length).toBeLessThanOrEqual(4);
    expect(peer.connections).toBe(1);
  });

  it('may be answered for by the gateway’s own id, where that is said', async () => {
    await using peer = await startScriptedPeer((request) => answerRight({ ...request, unit: 255 }));
    const all = settings(peer.port);
    expect((await readOnce(all, tags)).values).toEqual(
      Object.fromEntries(tags.map(({ name }) => [name, 'BadCommunicationError'])),
    );
    expect((await readOnce({ ...all, acceptUnits: [0, 255] }, tags)).values).toEqual({
      U1: scriptedRegister(1),
      U2: scriptedRegister(2),
      U3: scriptedRegister(3),
    });
  });
});

describe('connections', () => {
  it('are closed between polls for a device that has few', async () => {
    await using peer = await startScriptedPeer(answerRight);
    const tags = [testTag('A', { table: 'holding', register: 1 }, { scanMs: 1_200 })];
    const settings = { host: '127.0.0.1', port: peer.port, identity: false, closeAfterPoll: true };
    await using session = await collectorOf(settings, tags).connect(new AbortController().signal);
    let polls = 0;
    for await (const observation of session) {
      for (const [, , quality] of samplesOf(observation, tags)) expect(quality).toBe('Good');
      if (observation.kind === 'batch' && ++polls === 3) break;
    }
    expect(peer.connections).toBeGreaterThan(1);
    expect(session.stats().bytes).toBe(3 * (12 + 11));
  });

  it('may be several, each with one request in flight, within one budget', async () => {
    const inFlight = new Map<Socket, number>();
    let most = 0;
    let together = 0;
    await using peer = await startScriptedPeer((request) => {
      inFlight.set(request.socket, (inFlight.get(request.socket) ?? 0) + 1);
      most = Math.max(most, ...inFlight.values());
      together = Math.max(
        together,
        [...inFlight.values()].reduce((a, b) => a + b, 0),
      );
      setTimeout(() => {
        inFlight.set(request.socket, 0);
        answerRight(request);
      }, 30);
    });
    const tags = Array.from({ length: 30 }, (_, i) => testTag(`A${i}`, { table: 'holding', register: 300 * i }, { scanMs: 50 }));
    const settings = {
      host: '127.0.0.1',
      port: peer.port,
      identity: false,
      connections: 3,
      pauseMs: 0,
      maxRequestsPerSecond: 500,
    };
    await using session = await collectorOf(settings, tags).connect(new AbortController().signal);
    const seen = new Set<string>();
    let bad = 0;
    for await (const observation of session) {
      for (const [name] of samplesOf(observation, tags)) seen.add(name);
      if (observation.kind === 'batch') bad += observation.batch.quality.filter(isBad).length;
      if (seen.size === tags.length) break;
    }
    expect(bad).toBe(0);
    expect(peer.connections).toBe(3);
    expect(most).toBe(1);
    expect(together).toBe(3);
  });
});
