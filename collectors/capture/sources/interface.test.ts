import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { describe, expect, it, type TestContext } from 'vitest';
import { findPeer, requirePeer } from '../../../test/support/peers.ts';
import { mbap } from '../../../test/support/raw-modbus.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Session } from '../../../src/core/collector.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { Event } from '../../../src/core/observation.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { captureSchema } from '../config.ts';
import { createCaptureCollector } from '../index.ts';

const programs = ['dumpcap', 'tcpdump'] as const;
const unwatched = new AbortController().signal;

/** A server that answers each request with one register, and a function that sends a request. */
async function modbusPeer() {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (request) => socket.write(mbap(Buffer.from([3, 2, 0, 42]), request[6] ?? 1, request.readUInt16BE(0))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const talk = async (requests: number): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    for (let i = 0; i < requests; i++) {
      socket.write(mbap(Buffer.from([3, 0, i, 0, 1]), 1, i));
      await new Promise<void>((resolve) => socket.once('data', () => resolve()));
    }
    await new Promise<void>((resolve) => socket.end().once('close', () => resolve()));
  };
  return { port, talk, [Symbol.asyncDispose]: async () => await new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** A UDP port that reads nothing, and a function that sends to it at full speed. */
async function datagramSink() {
  const sink = createSocket('udp4').bind(0, '127.0.0.1');
  await once(sink, 'listening');
  const { port } = sink.address();
  const sender = createSocket('udp4');
  const flood = async (count: number, bytes: number): Promise<void> => {
    const payload = Buffer.alloc(bytes);
    for (let sent = 0; sent < count; sent += 100) {
      const batch = Array.from(
        { length: 100 },
        () => new Promise<void>((done) => sender.send(payload, port, '127.0.0.1', () => done())),
      );
      await Promise.all(batch);
    }
  };
  const close = (socket: typeof sink): Promise<void> => new Promise((done) => void socket.close(() => done()));
  return { port, flood, [Symbol.asyncDispose]: async () => void (await Promise.all([close(sink), close(sender)])) };
}

function collectorOf(source: object, port = 1) {
  const devices = [{ name: 'PLC-1', type: 'modbus', config: { host: '127.0.0.1', port } }];
  const target = { device: 'TAP', tags: new TagTable([]), dataDir: '', devices };
  const config = captureSchema.parse({ source: { type: 'interface', ...source }, reportMs: 100 });
  return createCaptureCollector(config, target, testContext(), systemClock);
}

/** Opens a session. Skips the test if this user may not capture; for root, and therefore in CI, that is a failure. */
async function permitted(test: TestContext, source: object, port?: number): Promise<Session> {
  try {
    return await collectorOf(source, port).connect(unwatched);
  } catch (thrown) {
    if (!(thrown instanceof ScadaError) || process.getuid?.() === 0) throw thrown;
    return test.skip(`this user may not capture: ${thrown.message}`);
  }
}

describe.each(programs)('an interface that %s captures', (program) => {
  it('reports real traffic by device and function, and closes its program', async (test) => {
    requirePeer(program, test);
    await using peer = await modbusPeer();
    const session = await permitted(test, { name: 'lo', program, filter: `tcp port ${peer.port}` }, peer.port);
    const startedAt = systemClock.now();
    await peer.talk(20);
    const events: Event[] = [];
    let requests = 0;
    for await (const observation of session) {
      if (observation.kind !== 'event') continue;
      const { event } = observation;
      events.push(event);
      if (event.type === 'wire-traffic') requests += event.requests;
      if (event.type === 'wire-connection' && event.state === 'closed') {
        expect(event.ends).toEqual({
          client: '127.0.0.1',
          server: '127.0.0.1',
          port: peer.port,
          protocol: 'modbus',
          device: 'PLC-1',
        });
      }
      if (requests === 20 && events.some((seen) => seen.type === 'wire-connection' && seen.state === 'closed')) break;
    }
    expect(events[0]).toMatchObject({ type: 'identity', identity: { source: 'interface lo', program } });
    const traffic = events.filter((event) => event.type === 'wire-traffic' && event.operation === 'FC3');
    expect(traffic[0]).toMatchObject({ first: true, ends: { device: 'PLC-1', protocol: 'modbus' } });
    for (const { time } of traffic) {
      expect(time).toBeGreaterThanOrEqual(startedAt);
      expect(time).toBeLessThanOrEqual(systemClock.now() + 1);
    }
    const latencies = traffic.map((event) => (event.type === 'wire-traffic' ? event.latencyMs : Number.NaN));
    for (const latency of latencies.filter((each) => !Number.isNaN(each))) expect(latency).toBeGreaterThanOrEqual(0);
    await session[Symbol.asyncDispose]();
  });

  it('reports why it cannot capture', async (test) => {
    requirePeer(program, test);
    const refused = collectorOf({ name: 'no-such-if', program }).connect(unwatched);
    await expect(refused).rejects.toMatchObject({ kind: 'retryable', code: 'DEVICE_UNREACHABLE' });
    await expect(refused).rejects.toThrow(new RegExp(`interface no-such-if: ${program} ended .*no-such-if`, 's'));
    const filter = collectorOf({ name: 'lo', program, filter: 'no such filter' }).connect(unwatched);
    await expect(filter).rejects.toMatchObject({ kind: 'retryable' });
  });

  it("ends with the program's message when the program dies", async (test) => {
    requirePeer(program, test);
    const session = await permitted(test, { name: 'lo', program, filter: 'tcp port 1' });
    const { pid } = await childOf(program);
    process.kill(pid, 'SIGTERM');
    const reading = (async () => {
      for await (const _ of session);
    })();
    await expect(reading).rejects.toMatchObject({
      kind: 'retryable',
      message: expect.stringContaining(`interface lo: ${program} ended`),
    });
    await session[Symbol.asyncDispose]();
  });
});

describe('a capturing program', () => {
  it.for(programs)('that is stopped ends the session: %s', async (program, test) => {
    requirePeer(program, test);
    await using session = await permitted(test, { name: 'lo', program, filter: 'tcp port 1' });
    process.kill((await childOf(program)).pid, 'SIGSTOP');
    const reading = (async () => {
      for await (const _ of session);
    })();
    await expect(reading).rejects.toThrow(`interface lo: ${program} is stopped`);
  });

  it.for(programs)('keeps no capability once it captures: %s', async (program, test) => {
    requirePeer(program, test);
    await using session = await permitted(test, { name: 'lo', program, filter: 'tcp port 1' });
    const { status } = await childOf(program);
    expect(status).toMatch(/^CapEff:\s*0+$/m);
    expect(status).toMatch(/^CapPrm:\s*0+$/m);
    expect(session.stats().requests).toBe(0);
  });

  it('runs as nobody once it captures, if root started tcpdump, and cannot regain root', async (test) => {
    requirePeer('tcpdump', test);
    if (process.getuid?.() !== 0) test.skip('only root has something to give up');
    await using session = await permitted(test, { name: 'lo', program: 'tcpdump', filter: 'tcp port 1' });
    const { status } = await childOf('tcpdump');
    const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
    const four = (id = ''): string => Array(4).fill(id).join('\t');
    expect(status).toContain(`\nUid:\t${four(uid)}\n`);
    expect(status).toContain(`\nGid:\t${four(gid)}\n`);
    expect(session.stats().requests).toBe(0);
  });

  it('with a full buffer reports the number of dropped packets, and the tap emits it', async (test) => {
    requirePeer('tcpdump', test);
    await using sink = await datagramSink();
    await using session = await permitted(test, { name: 'lo', program: 'tcpdump', filter: `udp port ${sink.port}` });
    const { pid } = await childOf('tcpdump');
    // while it is stopped, more packets arrive than its buffer holds
    process.kill(pid, 'SIGSTOP');
    await sink.flood(20_000, 1_400);
    process.kill(pid, 'SIGCONT');
    let [captured, dropped] = [0, 0];
    for await (const observation of session) {
      if (observation.kind !== 'event') continue;
      const { event } = observation;
      if (event.type === 'wire-traffic') captured += event.packets;
      if (event.type === 'wire-loss') dropped += event.dropped;
      if (dropped > 0 && captured + dropped >= 20_000) break;
    }
    expect(dropped).toBeGreaterThan(1_000);
  });

  it('that is not installed is an error of the configuration', async () => {
    if (programs.every((name) => findPeer(name) !== undefined)) return;
    const program = programs.find((name) => findPeer(name) === undefined);
    await expect(collectorOf({ name: 'lo', program }).connect(unwatched)).rejects.toMatchObject({ kind: 'config' });
  });
});

/** Child process that runs a program, on Linux. */
async function childOf(program: string): Promise<{ pid: number; status: string }> {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (new RegExp(`^PPid:\\s*${process.pid}$`, 'm').test(status) && status.includes(`Name:\t${program}`)) {
        return { pid: Number(pid), status };
      }
    } catch {
      // it has ended meanwhile
    }
  }
  throw new Error(`no ${program} is running`);
}
