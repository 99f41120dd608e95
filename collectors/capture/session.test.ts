import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ethernet, ipv4, type StoredPacket, pcap, tcp, udp } from '../../test/support/packets.ts';
import { type Clock, PacedClock, systemClock, VirtualClock } from '../../src/core/clock.ts';
import type { Session } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Event } from '../../src/core/observation.ts';
import type { PacketSink } from '../../src/core/packets.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { captureSchema } from './config.ts';
import { tapFigures } from './health.ts';
import { createCaptureCollector } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'scadawatch-capture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const start = 1_700_000_000_000;

/** Datagrams to different ports, so that each is reported at once. */
const datagrams = (count: number, stepMs = 1): StoredPacket[] =>
  Array.from({ length: count }, (_, i) => {
    const bytes = ipv4({ source: '10.0.0.1', destination: '10.0.0.2', protocol: 17 }, udp(40_000, 1_100 + i, Buffer.from('x')));
    return { time: start + i * stepMs, bytes: ethernet(0x0800, bytes) };
  });

function stored(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function collectorOf(config: object, clock: Clock = systemClock, machine: Clock = systemClock, packets?: PacketSink) {
  const metrics = new Metrics();
  const context = { logger: silentLogger, clock, random: new Random(1), metrics };
  const target = { device: 'TAP', tags: new TagTable([]), dataDir: folder, devices: [], packets };
  return { metrics, collector: createCaptureCollector(captureSchema.parse(config), target, context, machine) };
}

/** Takes events until one satisfies the condition, or the session ends. */
async function eventsUntil(session: Session, isLast: (event: Event) => boolean): Promise<Event[]> {
  const events: Event[] = [];
  for await (const observation of session) {
    if (observation.kind !== 'event') continue;
    events.push(observation.event);
    if (isLast(observation.event)) break;
  }
  return events;
}

const unwatched = new AbortController().signal;
const ofType = <T extends Event['type']>(events: readonly Event[], type: T) =>
  events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
const isHealth = ({ type }: Event): boolean => type === 'device-health';

/** TCP server that passes each connection to `serve`. Its disposal throws if it received anything: a tap must not send. */
async function sender(serve: (socket: Socket) => void): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const sent: Buffer[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => sent.push(bytes));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      expect(Buffer.concat(sent).toString('hex')).toBe('');
    },
  };
}

describe('a capture file', () => {
  it('is reported in the time of its packets, with health, and only once', async () => {
    const clock = new VirtualClock(start);
    const { collector, metrics } = collectorOf({ source: { type: 'file', path: fixture('iti/modbusSmall.pcap.gz') } }, clock);
    await using session = await collector.connect(unwatched);
    const stop = new AbortController();
    const events = await eventsUntil(
      session,
      (event) => isHealth(event) && metrics.value(tapFigures, { device: 'TAP', figure: 'packets' }) === 166,
    );
    stop.abort();
    expect(events[0]).toMatchObject({
      type: 'identity',
      device: 'TAP',
      identity: { source: expect.stringContaining('modbusSmall') },
    });
    const wire = events.filter(({ type }) => type.startsWith('wire-'));
    expect(ofType(events, 'wire-connection').filter(({ state }) => state === 'opened')).toHaveLength(16);
    expect(new Set(wire.map((event) => ('tap' in event ? event.tap : '')))).toEqual(new Set(['TAP']));
    for (const [i, { time }] of wire.entries()) expect(time).toBeGreaterThanOrEqual(wire[i - 1]?.time ?? 0);
    expect(session.stats()).toMatchObject({ requests: 0, errors: 0, bytes: 12_198 });
    const bytes = ofType(events, 'device-health').reduce((sum, health) => sum + health.bytes, 0);
    expect(bytes).toBe(12_198);
  });

  it('waits for the consumer of its events', async () => {
    const path = stored('many.pcap', pcap(datagrams(20_000)));
    const { collector } = collectorOf({ source: { type: 'file', path }, queue: 100 });
    await using session = await collector.connect(unwatched);
    const iterator = session[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(session.stats().bytes).toBeGreaterThan(0);
    expect(session.stats().bytes).toBeLessThan(400 * 43);
    let traffic = 1;
    for (;;) {
      const { value, done } = await iterator.next();
      if (done === true || value.kind !== 'event') break;
      if (value.event.type === 'wire-traffic' && value.event.first) traffic++;
      if (value.event.type === 'dropped') throw new Error('dropped');
      if (session.stats().bytes === 20_000 * 43 && value.event.type === 'device-health' && traffic >= 20_000) break;
    }
    expect(traffic).toBe(20_000);
  });

  it('that is truncated ends with the offset, after the events before it, and is not read a second time', async () => {
    const whole = pcap(datagrams(30));
    const path = stored('cut.pcap', whole.subarray(0, -7));
    const { collector } = collectorOf({ source: { type: 'file', path } });
    const events: Event[] = [];
    const reading = async (): Promise<void> => {
      await using session = await collector.connect(unwatched);
      for await (const observation of session) if (observation.kind === 'event') events.push(observation.event);
    };
    await expect(reading()).rejects.toMatchObject({ kind: 'config', code: 'INPUT_INVALID' });
    expect(ofType(events, 'wire-traffic').filter(({ first }) => first)).toHaveLength(29);
    const again = collector.connect(unwatched);
    await expect(again).rejects.toThrow(`byte ${24 + 29 * (16 + 43)}`);
  });

  it('that is compressed may be damaged too', async () => {
    const packed = gzipSync(pcap(datagrams(3_000)));
    for (const [name, bytes, message] of [
      ['cut.gz', packed.subarray(0, -400), 'cut off'],
      ['damaged.gz', Buffer.from(packed).fill(0xff, packed.length - 300, packed.length - 200), 'byte'],
    ] as const) {
      const { collector } = collectorOf({ source: { type: 'file', path: stored(name, bytes) } });
      await using session = await collector.connect(unwatched);
      const events: Event[] = [];
      const reading = async (): Promise<void> => {
        for await (const observation of session) if (observation.kind === 'event') events.push(observation.event);
      };
      await expect(reading()).rejects.toThrow(message);
      expect(ofType(events, 'wire-traffic').length).toBeGreaterThan(1_000);
    }
  });

  it('that is missing or invalid is an error of the configuration', async () => {
    const missing = collectorOf({ source: { type: 'file', path: join(folder, 'missing') } }).collector.connect(unwatched);
    await expect(missing).rejects.toMatchObject({ kind: 'config', code: 'INPUT_INVALID' });
    const none = collectorOf({ source: { type: 'file', path: folder } }).collector.connect(unwatched);
    await expect(none).rejects.toThrow('it is a directory');
  });

  it('ends when its session is closed', async () => {
    const { collector } = collectorOf({ source: { type: 'file', path: fixture('iti/fuzz-1011.pcap.gz') } });
    const stop = new AbortController();
    const session = await collector.connect(stop.signal);
    const events = await eventsUntil(session, (event) => {
      if (isHealth(event)) stop.abort();
      return false;
    });
    expect(ofType(events, 'device-health').length).toBeGreaterThan(0);
    await session[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
  });
});

describe('pcap over IP', () => {
  const config = (port: number, more: object = {}): object => ({
    source: { type: 'pcap-over-ip', host: '127.0.0.1', port },
    ...more,
  });

  it('is reported in stream time, whatever the time of its packets', async () => {
    const clock = new VirtualClock(5_000_000);
    await using server = await sender((socket) => socket.write(pcap(datagrams(40))));
    const { collector } = collectorOf(config(server.port), clock);
    await using session = await collector.connect(unwatched);
    let seen = 0;
    // the last one is reported when the next packet arrives, or the period has passed
    const events = await eventsUntil(session, ({ type }) => type === 'wire-traffic' && ++seen === 39);
    for (const { time } of ofType(events, 'wire-traffic')) expect(Math.abs(time - 5_000_000)).toBeLessThanOrEqual(2_000);
  });

  it('passes each packet on in stream time, as evidence', async () => {
    const clock = new VirtualClock(5_000_000);
    const packets = datagrams(3);
    await using server = await sender((socket) => socket.write(pcap(packets)));
    const kept: { tap: string; time: number; hex: string }[] = [];
    const take: PacketSink['take'] = (tap, time, { bytes, start: from, end }) =>
      kept.push({ tap, time, hex: bytes.toString('hex', from, end) });
    const { collector } = collectorOf(config(server.port), clock, systemClock, { take });
    await using session = await collector.connect(unwatched);
    const taking = eventsUntil(session, () => false);
    await expect.poll(() => kept.length).toBe(3);
    expect(kept.map(({ tap, hex }) => [tap, hex])).toEqual(packets.map(({ bytes }) => ['TAP', bytes.toString('hex')]));
    for (const { time } of kept) expect(Math.abs(time - 5_000_000)).toBeLessThanOrEqual(2_000);
    await session[Symbol.asyncDispose]();
    await taking;
  });

  it('emits health events and reports while nothing arrives', async () => {
    const clock = new VirtualClock(5_000_000);
    const [first] = datagrams(1);
    await using server = await sender((socket) => socket.write(pcap([first, first].filter((packet) => packet !== undefined))));
    const { collector } = collectorOf(config(server.port), clock);
    await using session = await collector.connect(unwatched);
    const taking = eventsUntil(session, isHealth);
    await expect.poll(() => session.stats().bytes).toBe(86);
    for (let second = 0; second < 12; second++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await clock.advance(1_000);
    }
    const events = await taking;
    expect(ofType(events, 'device-health')[0]).toMatchObject({ requests: 0, errors: 0, bytes: 86, budgetUsed: 0 });
    expect(ofType(events, 'wire-traffic').reduce((sum, { packets }) => sum + packets, 0)).toBe(2);
  });

  it.each([1, 10])('has the same byte rate per second of the machine at %s times the speed of the plant', async (speed) => {
    const machine = new VirtualClock(7_000_000);
    const clock = new PacedClock({ plantMs: 5_000_000, wallMs: machine.now(), speed }, machine);
    const sockets: Socket[] = [];
    await using server = await sender((socket) => void sockets.push(socket));
    const { collector } = collectorOf(config(server.port), clock, machine);
    await using session = await collector.connect(unwatched);
    const all: Event[] = [];
    let reports = 0;
    const taking = eventsUntil(session, (event) => {
      all.push(event);
      return isHealth(event) && ++reports === 3;
    });
    await expect.poll(() => sockets.length).toBe(1);
    const [header, one] = [pcap([]), pcap(datagrams(1))];
    sockets[0]?.write(header);
    // 430 bytes in each second of the machine
    for (let bytes = 0; reports < 3; await machine.advance(1_000)) {
      for (let i = 0; i < 10; i++) sockets[0]?.write(one.subarray(header.length));
      bytes += 430;
      await expect.poll(() => session.stats().bytes).toBe(bytes);
    }
    await taking;
    const [, ...later] = ofType(all, 'device-health');
    for (const { bytes, intervalMs, time } of later) {
      expect((bytes * 1_000) / intervalMs).toBe(430);
      expect(time).toBeGreaterThan(5_000_000);
    }
  });

  it('is retried when the sender closes it, or sends data that is not a capture', async () => {
    for (const [bytes, message] of [
      [pcap(datagrams(3)), 'the sender has ended the capture'],
      [Buffer.from('GET / HTTP/1.1'), 'begins neither pcap nor pcapng'],
    ] as const) {
      await using server = await sender((socket) => socket.end(bytes));
      const { collector } = collectorOf(config(server.port));
      await using session = await collector.connect(unwatched);
      const taking = eventsUntil(session, () => false);
      await expect(taking).rejects.toBeInstanceOf(ScadaError);
      await expect(taking).rejects.toMatchObject({ kind: 'retryable', message: expect.stringContaining(message) });
    }
  });

  it('is read without a consumer of its events: events beyond the queue are dropped and reported', async () => {
    const capture = pcap(datagrams(5_000));
    await using server = await sender((socket) => socket.write(capture));
    const { collector } = collectorOf(config(server.port, { queue: 100 }), new VirtualClock(5_000_000));
    await using session = await collector.connect(unwatched);
    const iterator = session[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    while (session.stats().bytes < 5_000 * 43) await new Promise((resolve) => setTimeout(resolve, 5));
    let told = 1;
    for (;;) {
      const { value } = await iterator.next();
      if (value?.kind !== 'event') throw new Error('ended');
      if (value.event.type === 'wire-traffic') told++;
      if (value.event.type !== 'dropped') continue;
      expect(value.event.queue).toBe('capture TAP');
      expect(value.event.count).toBeGreaterThan(1_000);
      break;
    }
    expect(told).toBeLessThanOrEqual(102);
  });

  it('closes at once, also while it waits for packets', async () => {
    await using server = await sender((socket) => socket.write(pcap([])));
    const { collector } = collectorOf(config(server.port));
    const session = await collector.connect(unwatched);
    const taking = eventsUntil(session, () => false);
    setTimeout(() => void session[Symbol.asyncDispose](), 30);
    expect((await taking).map(({ type }) => type)).toEqual(['identity']);
    await session[Symbol.asyncDispose]();
  });
});

describe('the time of packets', () => {
  it('never decreases, and a packet much older than others is counted', async () => {
    const [first, second, third] = datagrams(3, 10) as [StoredPacket, StoredPacket, StoredPacket];
    const path = stored('back.pcap', pcap([first, second, { ...third, time: start - 3_600_000 }]));
    const { collector, metrics } = collectorOf({ source: { type: 'file', path } });
    await using session = await collector.connect(unwatched);
    const events = await eventsUntil(session, isHealth);
    expect(
      ofType(events, 'wire-traffic')
        .slice(0, 3)
        .map(({ time }) => time),
    ).toEqual([start, start + 10, start + 10]);
    expect(metrics.value(tapFigures, { device: 'TAP', figure: 'late' })).toBe(1);
  });
});

describe('a segment', () => {
  it('of a device is reported with its name', async () => {
    const open = tcp({ sourcePort: 40_000, destinationPort: 1502, sequence: 1, flags: 2 }, Buffer.alloc(0));
    const bytes = ethernet(0x0800, ipv4({ source: '10.0.0.1', destination: '10.0.0.7', protocol: 6 }, open));
    const path = stored('device.pcap', pcap([{ time: start, bytes }]));
    const devices = [{ name: 'PLC-1', type: 'modbus', config: { host: 'plc.plant', port: 1502 } }];
    const context = { logger: silentLogger, clock: systemClock, random: new Random(1), metrics: new Metrics() };
    const config = captureSchema.parse({ source: { type: 'file', path }, addresses: { 'plc.plant': '10.0.0.7' } });
    const target = { device: 'TAP', tags: new TagTable([]), dataDir: folder, devices };
    await using session = await createCaptureCollector(config, target, context, systemClock).connect(unwatched);
    const [traffic] = ofType(await eventsUntil(session, isHealth), 'wire-traffic');
    expect(traffic?.ends).toEqual({ client: '10.0.0.1', server: '10.0.0.7', port: 1502, protocol: 'tcp', device: 'PLC-1' });
  });
});
