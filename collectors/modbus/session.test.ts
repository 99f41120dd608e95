import { afterEach, describe, expect, it } from 'vitest';
import { BatchBuilder } from '../../src/core/batch.ts';
import { type Clock, PacedClock, systemClock } from '../../src/core/clock.ts';
import type { Session } from '../../src/core/collector.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import { Quality, qualityName } from '../../src/core/quality.ts';
import type { Tag } from '../../src/core/tag.ts';
import {
  answerPdu,
  answerRight,
  type ScriptedPeer,
  type ScriptedRequest,
  scriptedBit,
  scriptedRegister,
  startScriptedPeer,
} from '../../test/support/scripted-modbus.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { modbus } from './index.ts';

const holding = (name: string, register: number, rest: Record<string, unknown> = {}, tag: Partial<Tag> = {}): Tag =>
  testTag(name, { table: 'holding', register, ...rest }, tag);

describe('a Modbus session', () => {
  const open: AsyncDisposable[] = [];
  const stop = new AbortController();
  let peer: ScriptedPeer;

  afterEach(async () => {
    for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]();
  });

  const collector = async (
    tags: readonly Tag[],
    script: (request: ScriptedRequest) => void,
    config: object = {},
    clock: Clock = systemClock,
  ) => {
    peer = await startScriptedPeer(script);
    open.push(peer);
    const settings = {
      host: '127.0.0.1',
      port: peer.port,
      timeoutMs: 60_000,
      pauseMs: 0,
      maxRequestsPerSecond: 10_000,
      ...config,
    };
    const parsed = modbus.schema.parse({ identity: false, ...settings });
    return modbus.create(parsed, { device: 'plc1', tags: testTags(tags), dataDir: '', devices: [] }, testContext(clock));
  };

  const connect = async (
    tags: readonly Tag[],
    script: (request: ScriptedRequest) => void,
    config: object = {},
  ): Promise<Session> => {
    const session = await (await collector(tags, script, config)).connect(stop.signal);
    open.push(session);
    return session;
  };

  /** The first `count` observations that satisfy `wanted`. */
  async function take(
    session: Session,
    count: number,
    wanted: (observation: Observation) => boolean = isBatch,
  ): Promise<Observation[]> {
    const taken: Observation[] = [];
    for await (const observation of session) {
      if (wanted(observation)) taken.push(observation);
      if (taken.length === count) break;
    }
    return taken;
  }

  /** A deadline short enough for a test, and long enough for an answer on a busy machine. */
  const silent = { timeoutMs: 1_000 };

  const isBatch = ({ kind }: Observation): boolean => kind === 'batch';
  const rows = (observation: Observation | undefined): [tag: number, value: number, quality: string][] => {
    const batch = observation?.kind === 'batch' ? observation.batch : new BatchBuilder('', 0).publish();
    return Array.from(batch.tag, (tag, i) => [tag, batch.value[i] ?? 0, qualityName(batch.quality[i] ?? 0)]);
  };
  const eventOf = (observation: Observation | undefined): Event | undefined =>
    observation?.kind === 'event' ? observation.event : undefined;

  it('joins neighbours into one request per table and reads all four', async () => {
    const tags = [
      holding('A', 10),
      holding('B', 12, { type: 'int32' }),
      testTag('C', { table: 'input', register: 5 }),
      testTag('D', { table: 'coil', register: 3 }),
      testTag('E', { table: 'discrete', register: 8 }),
      testTag('E2', { table: 'discrete', register: 17 }),
    ];
    const batches = await take(await connect(tags, answerRight), 4);
    expect(new Map(batches.flatMap(rows).map(([tag, value]) => [tags[tag]?.name, value]))).toEqual(
      new Map([
        ['D', scriptedBit(3)],
        ['E', scriptedBit(8)],
        ['E2', scriptedBit(17)],
        ['A', scriptedRegister(10)],
        ['B', scriptedRegister(12) * 65_536 + scriptedRegister(13)],
        ['C', scriptedRegister(5)],
      ]),
    );
    expect(peer.asked.slice(0, 4)).toEqual(['0100030001', '020008000a', '03000a0004', '0400050001']);
  });

  it('uses the midpoint of request and reply as source time', async () => {
    const session = await connect([holding('A', 1)], (request) => setTimeout(() => answerRight(request), 40));
    const before = Date.now();
    const [observation] = await take(session, 1);
    if (observation?.kind !== 'batch') throw new Error('no batch');
    const { sourceTime, receiveTime } = observation.batch;
    expect((receiveTime[0] ?? 0) - (sourceTime[0] ?? 0)).toBeGreaterThanOrEqual(15);
    expect((sourceTime[0] ?? 0) - before).toBeGreaterThanOrEqual(10);
  });

  it('never has more than one request in flight', async () => {
    let inFlight = 0;
    let most = 0;
    const tags = Array.from({ length: 12 }, (_, i) => holding(`A${i}`, i * 200, {}, { scanMs: 10 + i }));
    const session = await connect(tags, (request) => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight--;
        answerRight(request);
      }, 2);
    });
    await take(session, 60);
    expect(most).toBe(1);
  });

  it('makes one tag bad for an illegal address, not the block, and searches it once', async () => {
    const tags = Array.from({ length: 16 }, (_, i) => holding(`A${i}`, i));
    const refuseFive = (request: ScriptedRequest): void => {
      const start = request.pdu.readUInt16BE(1);
      if (start <= 5 && start + request.pdu.readUInt16BE(3) > 5) answerPdu(request, [0x83, 2]);
      else answerRight(request);
    };
    const made = await collector(tags, refuseFive);
    const first = await made.connect(stop.signal);
    open.push(first);
    const found = (await take(first, 10)).flatMap(rows);
    const bad = found.filter(([, , quality]) => quality !== 'Good');
    expect(bad.length).toBeGreaterThan(0);
    for (const row of bad) expect(row).toEqual([5, Number.NaN, 'BadNodeIdUnknown']);
    expect(new Set(found.map(([tag]) => tag)).size).toBe(16);
    // 16 → 8 → 4 → 2 → 1 finds it with 8 requests after the first; two more read the rest
    const asked = peer.asked.length;
    expect(new Set(peer.asked).size).toBeLessThanOrEqual(9 + 2);
    const second = await made.connect(stop.signal);
    open.push(second);
    const known = (await take(second, 6)).flatMap(rows);
    for (const [tag, , quality] of known) expect(quality).toBe(tag === 5 ? 'BadNodeIdUnknown' : 'Good');
    expect(new Set(known.map(([tag]) => tag)).size).toBe(16);
    // it is omitted, and the rest takes two requests
    expect(new Set(peer.asked.slice(asked))).toEqual(new Set(['0300000005', '030006000a']));
  });

  it('suspects the gap first', async () => {
    const tags = [holding('A', 0), holding('B', 1), holding('C', 10), holding('D', 11)];
    const session = await connect(tags, (request) => {
      if (request.pdu.readUInt16BE(3) > 2) answerPdu(request, [0x83, 2]);
      else answerRight(request);
    });
    const batches = await take(session, 2);
    expect(batches.flatMap(rows).every(([, , quality]) => quality === 'Good')).toBe(true);
    expect(peer.asked.slice(0, 3)).toEqual(['030000000c', '0300000002', '03000a0002']);
  });

  it.each([
    [1, 'BadNotSupported'],
    [4, 'BadDeviceFailure'],
    [8, 'BadDeviceFailure'],
    [10, 'BadNoCommunication'],
    [11, 'BadNoCommunication'],
    [99, 'BadDeviceFailure'],
  ])('turns %s of an exception into the quality %s', async (exception, quality) => {
    const session = await connect([holding('A', 1), holding('B', 2)], (request) => answerPdu(request, [0x83, exception]));
    const [batch, failure] = await take(session, 2, () => true);
    expect(rows(batch).map(([, , code]) => code)).toEqual([quality, quality]);
    expect(eventOf(failure)).toMatchObject({ type: 'poll-failed', device: 'plc1', code: 'DEVICE_REFUSED', tags: [0, 1] });
  });

  it.each([5, 6])('retries a limited number of times after exception %s', async (exception) => {
    const config = { busyWaitMs: 1 };
    const patient = await connect(
      [holding('A', 1)],
      (request) => (request.number < 2 ? answerPdu(request, [0x83, exception]) : answerRight(request)),
      config,
    );
    expect(rows((await take(patient, 1))[0])).toEqual([[0, scriptedRegister(1), 'Good']]);
    const hopeless = await connect([holding('A', 1)], (request) => answerPdu(request, [0x83, exception]), config);
    expect(rows((await take(hopeless, 1))[0])[0]?.[2]).toBe('BadResourceUnavailable');
    expect(peer.asked.length).toBe(3);
  });

  it('keeps the last value for one missed poll, and gives up after two', async () => {
    const answerFirst = (request: ScriptedRequest): void => void (request.number === 0 && answerRight(request));
    const session = await connect([holding('A', 1)], answerFirst, silent);
    const seen: Observation[] = [];
    const failing = (async () => {
      for await (const observation of session) seen.push(observation);
    })();
    await expect(failing).rejects.toMatchObject({ kind: 'retryable', code: 'DEVICE_TIMEOUT' });
    expect(seen.filter(isBatch).flatMap(rows)).toEqual([
      [0, scriptedRegister(1), 'Good'],
      [0, scriptedRegister(1), 'UncertainNoCommunicationLastUsableValue'],
      [0, Number.NaN, 'BadTimeout'],
    ]);
    const events = seen.flatMap((observation) => eventOf(observation) ?? []);
    // the report contains only the poll factor: a device that does not answer is polled less often
    expect(events.map(({ type }) => type)).toEqual(['poll-failed', 'device-health', 'poll-failed']);
    expect(events[1]).toMatchObject({ stretch: 2, requests: 0 });
  });

  it('searches the address or the length that causes exception 3', async () => {
    const session = await connect([holding('A', 1), holding('B', 2)], (request) =>
      request.pdu.readUInt16BE(3) > 1 ? answerPdu(request, [0x83, 3]) : answerRight(request),
    );
    const batches = await take(session, 4);
    expect(batches.flatMap(rows).every(([, , quality]) => quality === 'Good')).toBe(true);
    expect(new Set(peer.asked)).toEqual(new Set(['0300010002', '0300010001', '0300020001']));
  });

  it('sets BadTimeout for one silent block while the others answer, and requests it seldom', async () => {
    const tags = [holding('A', 1), holding('B', 500)];
    const answerA = (request: ScriptedRequest): void => void (request.pdu.readUInt16BE(1) === 1 && answerRight(request));
    const session = await connect(tags, answerA, silent);
    const seen = (await take(session, 40)).flatMap(rows);
    expect(new Set(seen.map(([tag, , quality]) => `${tag} ${quality}`))).toEqual(new Set(['0 Good', '1 BadTimeout']));
    expect(seen.filter(([tag]) => tag === 1).length).toBeGreaterThan(10);
    expect(peer.asked.filter((pdu) => pdu.startsWith('0301f4')).length).toBeLessThanOrEqual(4);
  });

  it('detects a reset at once, idle or during a request', async () => {
    const idle = await connect([holding('A', 1, {}, { scanMs: 60_000 })], (request) => {
      answerRight(request);
      setTimeout(() => request.socket.resetAndDestroy(), 20);
    });
    // the next poll and any deadline are later than the end of this test
    await expect(take(idle, 9)).rejects.toMatchObject({ kind: 'retryable', code: 'DEVICE_UNREACHABLE' });
    const asking = await connect([holding('A', 1)], (request) => request.socket.resetAndDestroy(), { timeoutMs: 60_000 });
    await expect(take(asking, 9)).rejects.toMatchObject({ code: 'DEVICE_UNREACHABLE' });
  });

  it('reports a value that is not a number as a failed sensor, and keeps values out of range', async () => {
    const tags = [
      holding('NAN', 0, { type: 'float32' }),
      holding('INF', 2, { type: 'float32' }),
      holding('HIGH', 4, {}, { range: { low: 0, high: 100 } }),
      holding('IN', 5, {}, { range: { low: 0, high: 100 } }),
    ];
    const registers = [0x7fc0, 0, 0xff80, 0, 101, 100];
    const session = await connect(tags, (request) =>
      answerPdu(request, [3, 12, ...registers.flatMap((register) => [register >> 8, register & 0xff])]),
    );
    expect(rows((await take(session, 1))[0])).toEqual([
      [0, Number.NaN, 'BadSensorFailure'],
      [1, Number.NaN, 'BadSensorFailure'],
      [2, 101, 'UncertainEngineeringUnitsExceeded'],
      [3, 100, 'Good'],
    ]);
  });

  it('returns strings as texts with a code', async () => {
    const words = ['AUTO', 'HAND', 'AUTO'];
    const session = await connect([holding('MODE', 0, { type: 'string', length: 4 })], (request) =>
      answerPdu(request, Buffer.concat([Buffer.from([3, 4]), Buffer.from(words[request.number] ?? 'AUTO')])),
    );
    const batches = await take(session, 3);
    expect(batches.map((one) => (one.kind === 'batch' ? [one.batch.value[0], one.batch.texts.get(0)] : []))).toEqual([
      [0, 'AUTO'],
      [1, 'HAND'],
      [0, 'AUTO'],
    ]);
  });

  it('rejects invalid replies', async () => {
    const wrongUnit = (request: ScriptedRequest): void => answerRight({ ...request, unit: 9 });
    const wrongFunction = (request: ScriptedRequest): void => answerPdu(request, [4, 2, 0, 1]);
    const longer = (request: ScriptedRequest): void => answerPdu(request, [3, 4, 0, 1, 0, 2]);
    const lies = (request: ScriptedRequest): void => answerPdu(request, [3, 1, 0, 1]);
    for (const script of [wrongUnit, wrongFunction, longer, lies]) {
      const [batch, failure] = await take(await connect([holding('A', 1)], script), 2, () => true);
      expect(rows(batch)[0]?.[2]).toBe('BadCommunicationError');
      expect(eventOf(failure)).toMatchObject({ code: 'DEVICE_PROTOCOL' });
    }
  });

  it('closes a connection whose bytes are not Modbus TCP', async () => {
    const session = await connect([holding('A', 1)], (request) => request.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const seen: Observation[] = [];
    const reading = (async () => {
      for await (const observation of session) seen.push(observation);
    })();
    await expect(reading).rejects.toThrow(/protocol id/);
    expect(rows(seen[0])[0]?.[2]).toBe(qualityName(Quality.BadCommunicationError));
  });

  it('summarises requests and latencies', async () => {
    const made = await collector([holding('A', 1), holding('B', 900)], (request) =>
      request.pdu.readUInt16BE(1) === 1 ? setTimeout(() => answerRight(request), 5) : answerPdu(request, [0x83, 4]),
    );
    const session = await made.connect(stop.signal);
    open.push(session);
    await take(session, 6);
    const { requests, errors, bytes } = session.stats();
    expect(requests).toBe(6);
    const answered = 6 * 12 + (6 - errors) * 11 + errors * 9;
    // the next one may be in flight
    expect([answered, answered + 12]).toContain(bytes);
    expect(errors).toBeGreaterThan(1);
  });

  it('emits a health event every 10 s of stream time', async () => {
    const start = Date.UTC(2026, 0, 1);
    const speed = 20;
    const clock = new PacedClock({ plantMs: start, wallMs: Date.now(), speed });
    const tags = [holding('A', 1, {}, { scanMs: 1000 })];
    const made = await collector(
      tags,
      (request) => setTimeout(() => answerRight(request), 3),
      { maxRequestsPerSecond: 500 },
      clock,
    );
    const session = await made.connect(stop.signal);
    open.push(session);
    const events = (await take(session, 2, ({ kind }) => kind === 'event')).map(eventOf);
    for (const event of events) {
      if (event?.type !== 'device-health') throw new Error(`a ${event?.type} instead of the health`);
      // a timer may fire a millisecond early, which is 20 ms of plant time
      expect(speed * event.intervalMs).toBeGreaterThan(9_900);
      expect(event.requests).toBeGreaterThan(1);
      expect(event.errors).toBe(0);
      expect(event.latencyMs).toBeGreaterThan(2);
      expect(event.latencyMaxMs).toBeGreaterThanOrEqual(event.latencyMs);
      expect(event.ageMs).toBeLessThan(speed * event.intervalMs);
      expect(event.budgetUsed).toBeGreaterThan(0);
      expect(event.budgetUsed).toBeLessThanOrEqual(1);
    }
  });

  it('can be disposed twice during a request', async () => {
    const session = await connect([holding('A', 1)], () => {}, { timeoutMs: 5000 });
    const reading = take(session, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all([session[Symbol.asyncDispose](), session[Symbol.asyncDispose]()]);
    expect(await reading).toEqual([]);
  });

  it('rejects an impossible address and an unreachable device by name', async () => {
    await expect(collector([holding('A', 65_535, { type: 'float64' })], answerRight)).rejects.toThrow(/tag A, address register/);
    const made = await collector([holding('A', 1)], answerRight);
    await peer[Symbol.asyncDispose]();
    await expect(made.connect(stop.signal)).rejects.toMatchObject({ kind: 'retryable', code: 'DEVICE_UNREACHABLE' });
  });
});
