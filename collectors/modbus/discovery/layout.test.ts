import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScadaError } from '../../../src/core/errors.ts';
import { modbusSchema } from '../config.ts';
import { settingsOf } from './address.ts';
import { halves, layOut, refusals } from './layout.ts';
import { mostRequests, planProbe } from './plan.ts';
import { modbusDiscoveryOptions } from './options.ts';

const config = (more: object = {}) => modbusSchema.parse({ host: '10.0.0.5', ...more });
const options = (more: object = {}) => modbusDiscoveryOptions.parse({ range: ['holding:0-9'], ...more });
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'nothing';
  } catch (thrown) {
    return thrown instanceof ScadaError ? `${thrown.kind} ${thrown.code}` : String(thrown);
  }
};

describe('the options of a probe', () => {
  it('are ranges and units in the usual notation, and nothing is read without them', () => {
    expect(options({ range: ['holding:0-99', 'coil:7'], unit: ['3', '1-2'] })).toMatchObject({
      range: [
        { table: 'holding', from: 0, to: 99 },
        { table: 'coil', from: 7, to: 7 },
      ],
      unit: [[3], [1, 2]],
      rate: 2,
    });
    for (const range of ['holding', 'holding:9-3', 'holding:0-65536', 'registers:0-9', 'holding:a-b'])
      expect(modbusDiscoveryOptions.safeParse({ range: [range] }).success, range).toBe(false);
    expect(modbusDiscoveryOptions.safeParse({}).error?.issues[0]?.message).toContain('--range holding:0-99');
    expect(modbusDiscoveryOptions.safeParse({ range: ['coil:1'], unit: ['256'] }).success).toBe(false);
  });

  it.each([
    ['tcp://10.0.0.5:1502', { host: '10.0.0.5', port: 1502 }],
    ['tcp://plc.example', { host: 'plc.example' }],
    ['tcp://[::1]:502', { host: '::1', port: 502 }],
    ['rtu-over-tcp://10.0.0.9:4001', { transport: 'rtu-over-tcp', host: '10.0.0.9', port: 4001 }],
    [
      'serial:/dev/ttyUSB0?baudRate=9600&parity=none',
      { transport: 'serial', serial: { path: '/dev/ttyUSB0', baudRate: 9600, parity: 'none' } },
    ],
  ])('are of a device at %s', (address, settings) => {
    expect(settingsOf(address)).toEqual(settings);
    expect(modbusSchema.safeParse(settingsOf(address)).success).toBe(true);
  });

  it.each(['10.0.0.5:502', 'http://10.0.0.5', 'opc.tcp://10.0.0.5', 'tcp://', ''])('are refused for %s', (address) => {
    expect(codeOf(() => settingsOf(address))).toBe('config INPUT_INVALID');
  });
});

describe('the layout of a probe', () => {
  it('joins overlapping ranges, respects the limits of the device, and reads unit after unit', () => {
    const requests = layOut(
      config({ maxRegisters: 25 }),
      options({ range: ['holding:0-9', 'holding:5-49', 'coil:3'], unit: ['2-3'] }),
    );
    const ofOne = [
      { table: 'coil', start: 3, count: 1 },
      { table: 'holding', start: 0, count: 24 },
      { table: 'holding', start: 24, count: 24 },
      { table: 'holding', start: 48, count: 2 },
    ];
    expect(requests).toEqual([2, 3].flatMap((unit) => ofOne.map((request) => ({ unit, ...request }))));
  });

  it("reads each requested address once, no forbidden one, and at most the device's limit at once", () => {
    const range = fc
      .record({ table: fc.constantFrom('coil', 'holding', 'input'), from: fc.nat(300), length: fc.nat(200) })
      .map(({ table, from, length }) => ({ table, from, to: from + length }));
    const device = fc.record({
      ranges: fc.array(range, { minLength: 1, maxLength: 6 }),
      forbidden: fc.array(range, { maxLength: 4 }),
      maxRegisters: fc.integer({ min: 1, max: 125 }),
      maxBits: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(device, ({ ranges, forbidden, ...limits }) => {
        const asked = ranges.map(({ table, from, to }) => `${table}:${from}-${to}`);
        const requests = layOut(config({ forbidden, ...limits }), options({ range: asked }));
        const read = requests.flatMap(({ table, start, count }) =>
          Array.from({ length: count }, (_, i) => `${table} ${start + i}`),
        );
        const within = (all: typeof ranges, table: string, at: number): boolean =>
          all.some((one) => one.table === table && one.from <= at && at <= one.to);
        const wanted = ['coil', 'holding', 'input'].flatMap((table) =>
          Array.from({ length: 600 }, (_, at) => at)
            .filter((at) => within(ranges, table, at) && !within(forbidden, table, at))
            .map((at) => `${table} ${at}`),
        );
        expect(read.toSorted()).toEqual(wanted.toSorted());
        for (const { table, count } of requests)
          expect(count).toBeLessThanOrEqual(table === 'coil' ? limits.maxBits : limits.maxRegisters);
      }),
      { seed: 48, numRuns: 200 },
    );
  });

  it('halves without loss, and reports refused neighbours as one range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 125 }), (count) => {
        const [a, b] = halves({ unit: 1, table: 'holding', start: 10, count });
        expect([a.start, a.count + b.count, b.start]).toEqual([10, count, 10 + a.count]);
        expect(Math.min(a.count, b.count)).toBeGreaterThan(0);
      }),
      { seed: 49 },
    );
    const refused = [3, 1, 2, 9].map((start) => ({ unit: 1, table: 'coil' as const, start, count: 1, why: 'no' }));
    expect(refusals(refused)).toEqual(['unit 1, coil 1–3: no', 'unit 1, coil 9: no']);
  });

  it('has no unit 0 on a serial line', () => {
    const rtu = config({ transport: 'rtu-over-tcp' });
    expect(codeOf(() => planProbe(rtu, options({ unit: ['0-2'] })))).toBe('config INPUT_INVALID');
    expect(codeOf(() => planProbe(config(), options({ unit: ['0-2'] })))).toBe('nothing');
  });
});

describe('the plan of a probe', () => {
  it('states number, functions and duration of the requests', () => {
    const plan = planProbe(config(), options({ range: ['holding:0-199', 'input:0-49'], rate: 2, samples: 3, extra: 10 }));
    expect(plan.operations.map((text) => text.split(' ')[0])).toEqual(['FC3', 'FC4', 'FC43/14', 'FC17']);
    expect(plan.steps).toEqual(
      expect.arrayContaining(['unit 1, holding 0–123', 'unit 1, holding 124–199', 'unit 1, input 0–49']) as string[],
    );
    // 3 requests 3 times and the identity, at 2 per second: each reading takes 1.5 s, and they begin 2 s apart
    expect(plan).toMatchObject({ usualRequests: 10, requestsPerSecond: 2, seconds: 2 * 2 + 1.5 + 0.5 });
    // 3 + 10 in the first reading, 3 + 5 in each of two others, 17 for an identity in many parts
    expect(plan.mostRequests).toBe(13 + 16 + 17);
  });

  it("respects the device's rate limit, and never rounds a rate up", () => {
    expect(planProbe(config({ maxRequestsPerSecond: 1 }), options({ rate: 5 })).requestsPerSecond).toBe(1);
    expect(planProbe(config(), options({ rate: 2.9 })).requestsPerSecond).toBe(2);
    expect(planProbe(config({ identity: false }), options()).operations).toHaveLength(1);
    expect(mostRequests(config({ identity: false }), options({ samples: 1, extra: 0 }))).toBe(1);
  });
});
