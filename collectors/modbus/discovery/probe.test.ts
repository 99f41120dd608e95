import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Discovered, FoundPoint } from '../../../src/core/discovery.ts';
import { Random } from '../../../src/core/random.ts';
import { mbap } from '../../../test/support/raw-modbus.ts';
import {
  answerPdu,
  answerRight,
  rightPdu,
  type ScriptedPeer,
  type ScriptedRequest,
  startScriptedPeer,
} from '../../../test/support/scripted-modbus.ts';
import { SocketClock } from '../../../test/support/socket-clock.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { modbusSchema } from '../config.ts';
import { discover } from './index.ts';
import { mostRequests } from './plan.ts';
import { modbusDiscoveryOptions } from './options.ts';

type Script = (request: ScriptedRequest, clock: SocketClock) => void;

interface Probed {
  readonly points: readonly FoundPoint[];
  readonly losses: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly peer: ScriptedPeer;
  /** Machine time of each request, ms. */
  readonly times: readonly number[];
  readonly thrown: unknown;
}

/** Runs a probe against a scripted peer to its end, in simulated time. */
async function probe(
  script: Script,
  given: object,
  settings: object = {},
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<Probed> {
  using clock = new SocketClock();
  const stop = new AbortController();
  const times: number[] = [];
  await using peer = await startScriptedPeer((request) => {
    times.push(clock.monotonic());
    request.socket.setMaxListeners(0);
    if (request.number >= stopAfter) stop.abort();
    script(request, clock);
  });
  const config = modbusSchema.parse({ host: '127.0.0.1', port: peer.port, timeoutMs: 200, identity: false, ...settings });
  const options = modbusDiscoveryOptions.parse({ range: ['holding:0-9'], ...given });
  const points: FoundPoint[] = [];
  const losses: string[] = [];
  let needed: Readonly<Record<string, unknown>> = {};
  const take = (one: Discovered): void => {
    if (one.kind === 'point') points.push(one.point);
    if (one.kind === 'loss') losses.push(one.text);
    if (one.kind === 'settings') needed = one.settings;
  };
  const target = { device: 'plc1', dataDir: '' };
  const looking = (async () => {
    for await (const one of discover(config, options, target, testContext(clock), stop.signal, clock)) take(one);
  })();
  let thrown: unknown;
  try {
    await clock.run(looking, peer.sockets);
  } catch (error) {
    thrown = error;
  }
  expect(times.length).toBeLessThanOrEqual(mostRequests(config, options));
  return { points, losses, settings: needed, peer, times, thrown };
}

const except =
  (code: number): Script =>
  (request) =>
    answerPdu(request, [0x80 | request.pdu.readUInt8(0), code]);

/** Refuses every read of one of these addresses. */
const lacking =
  (...addresses: readonly number[]): Script =>
  (request, clock) => {
    const start = request.pdu.readUInt16BE(1);
    const end = start + request.pdu.readUInt16BE(3);
    if (addresses.some((address) => start <= address && address < end)) except(2)(request, clock);
    else answerRight(request);
  };

const names = ({ points }: Probed): string => points.map(({ name }) => name).join(' ');

describe('a probe', () => {
  it('reads each range the given number of times, at the given rate, and nothing else', async () => {
    const { peer, times, losses, points } = await probe(answerRight, {
      range: ['holding:0-9', 'coil:0-3'],
      samples: 3,
      rate: 2,
      every: 4,
    });
    expect(peer.asked).toEqual(['0100000004', '030000000a', '0100000004', '030000000a', '0100000004', '030000000a']);
    expect(peer.connections).toBe(1);
    expect(times.map((at) => Math.round((at - (times[0] ?? 0)) / 10) * 10)).toEqual([0, 500, 4000, 4500, 8000, 8500]);
    expect(losses).toEqual([]);
    expect(points).toHaveLength(4 + 10);
    for (const { description } of points) expect(description).toMatch(/^guessed /);
  });

  it('finds refused addresses by halving, and reads the rest', async () => {
    const probed = await probe(lacking(3, 7), { samples: 2 });
    expect(names(probed)).toBe('H0 H1 H2 H4 H5 H6 H8 H9');
    expect(probed.losses).toEqual([
      'unit 1, holding 3: refused with exception 2 (illegal address)',
      'unit 1, holding 7: refused with exception 2 (illegal address)',
    ]);
    // Refused addresses are requested once: the second reading requests the answered ones only.
    expect(probed.peer.asked.filter((pdu) => pdu === '0300030001' || pdu === '030000000a')).toHaveLength(2);
    expect(probed.settings).toEqual({ fillRegisters: 0, fillBits: 0 });
  });

  it('spends no more requests on that than permitted', async () => {
    const wanting = await probe(except(2), { range: ['holding:0-99'], extra: 6, samples: 1 });
    expect(wanting.times).toHaveLength(7);
    expect(wanting.points).toEqual([]);
    expect(wanting.losses.join()).toContain(
      'holding 0–99: refused with exception 2 (illegal address), and not looked into any further',
    );
    expect((await probe(except(2), { extra: 0, samples: 4 })).times).toHaveLength(1);
  });

  it('learns how many registers the device returns at once', async () => {
    const short: Script = (request, clock) =>
      request.pdu.readUInt16BE(3) > 32 ? except(3)(request, clock) : answerRight(request);
    const probed = await probe(short, { range: ['input:0-99'], samples: 1 });
    expect(probed.points.length).toBeGreaterThan(0);
    expect(probed.losses).toEqual([]);
    expect(probed.settings['maxRegisters']).toBe(26);
  });

  it('leaves a silent device alone after a few timeouts, at increasing intervals', async () => {
    const { times, losses, points } = await probe(() => {}, {
      range: ['holding:0-9', 'input:0-9', 'coil:0-9'],
      giveUp: 4,
      rate: 50,
    });
    expect(times).toHaveLength(4);
    const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(200 + 200 * 2 ** i - 1);
    expect(losses).toEqual(['unit 1: no answer to 4 requests in a row, left alone']);
    expect(points).toEqual([]);
  });

  it('continues with other units if one is silent, and stops if two are', async () => {
    const onlyThree: Script = (request) => {
      if (request.unit === 3) answerRight(request);
    };
    const probed = await probe(onlyThree, { unit: ['2-3'], samples: 1, rate: 50 });
    expect(probed.losses).toEqual(['unit 2: no answer to 3 requests in a row, left alone']);
    expect(names(probed)).toMatch(/^H0 /);
    expect(probed.points.every(({ address }) => address['unit'] === 3)).toBe(true);
    const none = await probe(() => {}, { unit: ['2-9'], rate: 50 });
    expect(none.times).toHaveLength(6);
    expect(none.losses).toHaveLength(2);
  });

  it('includes the unit in names if there are several', async () => {
    const probed = await probe(answerRight, { unit: ['1-2'], range: ['discrete:0-1'], samples: 1 });
    expect(names(probed)).toBe('U1.D0 U1.D1 U2.D0 U2.D1');
    expect(probed.points.map(({ address, equipment }) => [address['unit'], equipment])).toEqual([
      [undefined, 'unit-1'],
      [undefined, 'unit-1'],
      [2, 'unit-2'],
      [2, 'unit-2'],
    ]);
  });

  it('repeats requests to a busy device at increasing intervals, a limited number of times', async () => {
    let requests = 0;
    const twiceBusy: Script = (request, clock) => (++requests <= 2 ? except(6)(request, clock) : answerRight(request));
    const { times, losses, points } = await probe(twiceBusy, { samples: 2, rate: 5, every: 0 }, { busyWaitMs: 1_000 });
    expect(losses).toEqual([]);
    expect(points.length).toBeGreaterThan(0);
    const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(pauses[0]).toBeGreaterThanOrEqual(1_000);
    expect(pauses[1]).toBeGreaterThanOrEqual(2_000);
    // slowed down: more than the 200 ms of its rate
    expect(pauses[2]).toBeGreaterThanOrEqual(399);
    const always = await probe(except(6), { samples: 3 });
    expect(always.times).toHaveLength(3);
    expect(always.losses).toEqual(['unit 1, holding 0–9: exception 6 (device busy) all the time']);
  });

  it('waits after a slow answer for as long as the answer took', async () => {
    const slow: Script = (request, clock) => void clock.sleep(150).then(() => answerRight(request));
    const { times, points } = await probe(slow, { samples: 4, rate: 50, every: 0 });
    for (const [i, at] of times.slice(1).entries()) expect(at - (times[i] ?? 0)).toBeGreaterThanOrEqual(299);
    expect(points.length).toBeGreaterThan(0);
  });

  it.each([
    [1, 'unit 1, holding: refused with exception 1 (illegal function), left alone', 2],
    [11, 'unit 1: refused with exception 11 (gateway target does not answer), left alone', 1],
    [4, 'unit 1, holding 0–9: refused with exception 4 (device failure)', 2],
  ])('handles exception %i by its meaning', async (code, loss, requests) => {
    const { losses, times } = await probe(
      (request, clock) => (request.pdu.readUInt8(0) === 3 ? except(code)(request, clock) : answerRight(request)),
      { range: ['holding:0-9', 'input:0-1'], samples: 1 },
    );
    expect(losses).toEqual([loss]);
    expect(times).toHaveLength(requests);
  });

  it('reports a device that closes the connection on a request, and gives up if it does so repeatedly', async () => {
    const touchy: Script = (request) => (request.pdu.readUInt8(0) === 3 ? request.socket.destroy() : answerRight(request));
    const once = await probe(touchy, { range: ['coil:0-1', 'holding:0-9', 'input:0-1'], samples: 1 });
    expect(once.losses).toEqual([expect.stringMatching(/^unit 1, holding 0–9: the connection ended/)]);
    expect(once.points.map(({ name }) => name[0])).toContain('I');
    expect(once.peer.connections).toBe(2);
    const all = await probe((request) => request.socket.destroy(), {
      range: Array.from({ length: 8 }, (_, i) => `coil:${10 * i}`),
    });
    expect(all.peer.connections).toBe(4);
    expect(all.times).toHaveLength(4);
    expect(all.points).toEqual([]);
  });

  it('reads the identity once, after the first answer, and never from a device without an answer', async () => {
    const known: Script = (request) => {
      const first = request.pdu.readUInt8(0);
      if (first === 43) answerPdu(request, Buffer.from([43, 14, 2, 1, 0, 0, 1, 0, 4, ...Buffer.from('ACME')]));
      else answerRight(request);
    };
    const { peer, settings } = await probe(known, { samples: 3 }, { identity: true });
    expect(peer.asked.map((pdu) => pdu.slice(0, 2))).toEqual(['03', '2b', '03', '03']);
    expect(settings['description']).toBe('ACME');
    expect((await probe(except(1), {}, { identity: true })).peer.asked).toHaveLength(1);
    const touchy: Script = (request) => (request.pdu.readUInt8(0) === 43 ? request.socket.destroy() : answerRight(request));
    expect((await probe(touchy, { samples: 2 }, { identity: true })).settings['identity']).toBe(false);
  });

  it('stops at once on request, and returns its results so far', async () => {
    const options = { range: ['holding:0-9', 'holding:20-29', 'input:0-9'], samples: 5, rate: 1 };
    // It is aborted while it waits for the device.
    const mute: Script = (request) => {
      if (request.number < 4) answerRight(request);
    };
    const stopped = await probe(mute, options, { timeoutMs: 60_000 }, 4);
    expect(stopped.thrown).toBeUndefined();
    expect(stopped.times).toHaveLength(5);
    expect(names(stopped)).toContain('H20');
    expect(stopped.losses[0]).toBe('it was stopped before its end, 1 of 5 samplings are whole');
  });

  it('fails if the device cannot be reached at the beginning', async () => {
    const { thrown } = await probe(answerRight, {}, { port: 1 });
    expect(thrown).toMatchObject({ kind: 'retryable', code: 'DEVICE_UNREACHABLE' });
  });
});

describe('the requests of a probe', () => {
  const options = fc.record({
    range: fc.array(
      fc
        .record({ table: fc.constantFrom('coil', 'discrete', 'holding', 'input'), from: fc.nat(200), length: fc.nat(80) })
        .map(({ table, from, length }) => `${table}:${from}-${from + length}`),
      { minLength: 1, maxLength: 4 },
    ),
    unit: fc.constantFrom([], ['1-2'], ['5']),
    rate: fc.constantFrom(0.5, 1, 2, 2.5, 7, 50),
    samples: fc.integer({ min: 1, max: 4 }),
    every: fc.constantFrom(0, 1, 5),
    giveUp: fc.integer({ min: 1, max: 4 }),
    extra: fc.constantFrom(0, 5, 40),
  });
  const limits = fc.record({
    pauseMs: fc.constantFrom(0, 20, 130),
    maxRegisters: fc.integer({ min: 4, max: 125 }),
    maxRequestsPerSecond: fc.constantFrom(1, 5, 50),
  });

  it('are within the given ranges and never above the given rate, for any behaviour of the device', async () => {
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(options, limits, fc.nat(1_000), async (wanted, settings, seed) => {
        const random = new Random(seed);
        const misbehave: Script = (request, clock) => {
          const choice = random.integer(0, 24);
          if (choice < 14) answerRight(request);
          else if (choice < 16) void clock.sleep(random.integer(1, 300)).then(() => answerRight(request));
          else if (choice < 20) except([1, 2, 2, 3, 4, 5, 6, 10, 11][random.integer(0, 8)] ?? 2)(request, clock);
          else if (choice === 20) request.socket.destroy();
          else if (choice === 21) answerRight({ ...request, unit: request.unit ^ 1 });
          else if (choice === 22) request.socket.write(mbap(rightPdu(request), request.unit, request.transaction ^ 0x55));
        };
        const { peer, times } = await probe(misbehave, wanted, { ...settings, identity: true, timeoutMs: 200 });
        requests += times.length;
        const perSecond = Math.min(wanted.rate, settings.maxRequestsPerSecond);
        times.forEach((at, i) => {
          const within = times.filter((other) => other >= at && other < at + 1000 - 1e-3).length;
          expect(within).toBeLessThanOrEqual(Math.max(1, perSecond));
          if (i > 0)
            expect(at - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(
              Math.max(1000 / Math.max(1, Math.ceil(perSecond)), settings.pauseMs) - 1e-3,
            );
        });
        const stated = wanted.range.map((text) => /^(\w+):(\d+)-(\d+)$/.exec(text) ?? []);
        for (const pdu of peer.asked.map((text) => Buffer.from(text, 'hex'))) {
          const code = pdu.readUInt8(0);
          if (code > 4) continue;
          const table = ['coil', 'discrete', 'holding', 'input'][code - 1];
          const [start, count] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)];
          for (let address = start; address < start + count; address++)
            expect(stated.some(([, name, from, to]) => name === table && Number(from) <= address && address <= Number(to))).toBe(
              true,
            );
        }
      }),
      { seed: 2027, numRuns: 60, endOnFailure: false },
    );
    expect(requests).toBeGreaterThan(500);
  }, 120_000);
});
