import { type Event, type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { batchOf, type Sample, tagOf } from '../support/detectors.ts';

/** A small plant with a tag of every kind and role, so that each detector has something to watch. */
export const plant: readonly Tag[] = [
  tagOf('LT01', { limits: { high: 3.5, low: 0.5 } }),
  tagOf('FT01', { unit: 'm³/h', decimals: 1, range: { low: 0, high: 200 } }),
  tagOf('SP', { role: 'setpoint', unit: 'mg/L' }),
  tagOf('RUN', { kind: 'discrete', role: 'status', unit: '', states: { 0: 'stopped', 1: 'running' } }),
  tagOf('CMD', { kind: 'discrete', role: 'command', unit: '' }),
  tagOf('HRS', { kind: 'counter', unit: 'h' }),
  tagOf('CONST'),
  tagOf('A tag with quite a long name of its own', { description: 'The level of the second clearwell, north side, backup' }),
];

/** Normal operation: a wave with noise, flows that follow a pump, a set-point that changes occasionally. */
function row(i: number, random: Random): number[] {
  const running = i % 240 < 130 ? 1 : 0;
  return [
    Math.round((2 + Math.sin(i / 100) + 0.02 * random.normal()) * 1_000) / 1_000,
    running * 100 + 0.5 * random.normal(),
    i % 900 < 450 ? 1 : 1.1,
    running,
    i % 240 > 2 && i % 240 < 128 ? 1 : 0,
    Math.floor(i / 5),
    7,
    Math.round((3 + 0.5 * Math.sin(i / 170) + 0.05 * random.normal()) * 100) / 100,
  ];
}

export function normalRunning(count: number, seed: number, from = 0, columns = plant.length, delayS = 0): Observation[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, k) => {
    const time = 1_000 * (from + k + delayS);
    const samples = row(from + k, random)
      .slice(0, columns)
      .map((value, tag) => ({ tag, time, value }));
    const values = samples.map(({ value }) => value);
    const network = [...poll(time), ...read(time, values), ...setting(from + k, time), ...approved(time)];
    const rest = [...vectorOf(samples, time), ...health(time), ...network];
    return [observeEvent({ type: 'tick', time }), observeBatch(batchOf(samples)), ...rest];
  }).flat();
}

/** The samples in every tag of the plant, as batches and as vectors of the aligner. */
export const nasty = (samples: readonly Sample[]): Observation[] =>
  samples.flatMap((sample) => {
    const all = plant.map((_, tag) => ({ ...sample, tag }));
    return [observeBatch(batchOf(all)), ...vectorOf(all, sample.time)];
  });

function vectorOf(samples: readonly Sample[], time: number): Observation[] {
  const value = Float64Array.from(samples, (sample) => sample.value);
  const mask = Uint8Array.from(samples, (sample) => (Number.isFinite(sample.value) ? 0 : 1));
  const vector = {
    group: 'all',
    time,
    value: value.map((one, i) => (mask[i] === 1 ? Number.NaN : one)),
    age: new Float64Array(value.length),
    mask,
  };
  return [{ kind: 'vector', vector }];
}

function health(time: number): Observation[] {
  if (time === 0) return [observeEvent({ type: 'device', time, device: 'PLC-1', state: 'up', reason: 'answers' })];
  if (time % 10_000 !== 0) return [];
  const event = {
    type: 'device-health',
    time,
    device: 'PLC-1',
    intervalMs: 10_000,
    requests: 20,
    errors: 0,
    bytes: 1_200,
  } as const;
  return [observeEvent({ ...event, latencyMs: 4 + (time % 7), latencyMaxMs: 20, ageMs: 500, budgetUsed: 0.1 })];
}

const master = { client: '10.0.0.5', server: '10.0.0.11', port: 502, protocol: 'modbus', device: 'PLC-1' } as const;
const traffic = { type: 'wire-traffic', tap: 'tap', unit: 1, first: false, packets: 2, bytes: 150, latencyMs: 4 } as const;
const counted = { requests: 1, responses: 1, exceptions: 0 } as const;

/** Traffic of the polling master, as a tap reports it. */
function poll(time: number): Observation[] {
  if (time % 5_000 !== 0) return [];
  return [observeEvent({ ...traffic, ...counted, time, ends: master, operation: 'FC3', low: 0, high: 40 })];
}

/** Values that the polling master receives. */
function read(time: number, values: readonly number[]): Observation[] {
  if (time % 5_000 !== 0) return [];
  const readings = values.slice(0, 4).map((value, tag) => ({ tag, value }));
  return [observeEvent({ type: 'wire-readings', time, tap: 'tap', ends: master, operation: 'FC3', unit: 1, readings })];
}

/** The reference set of the plant, repeated as after restarts of the monitor. */
function approved(time: number): Observation[] {
  if (time % 50_000 !== 0) return [];
  const values = [{ tag: 'SP', value: 1, low: 0.9, high: 1.2 }];
  return [observeEvent({ type: 'reference', time, version: 2, approvedAt: 0, role: 'engineer', values })];
}

const station = { ...master, client: '10.0.0.20' } as const;
const write = { type: 'wire-write', tap: 'tap', operation: 'FC6', unit: 1, target: 'holding 12', tag: 2 } as const;

/** The operator station writes the set-point every 50 s, a little up and down. */
function setting(i: number, time: number): Observation[] {
  if (i % 50 !== 25) return [];
  const [before, after] = i % 100 === 25 ? [1, 1.1] : [1.1, 1];
  return [observeEvent({ ...write, time, ends: station, before, after })];
}

/** An unknown client writes, the master reads other addresses, and the device reports another identity. */
function intrusion(time: number): Observation[] {
  const ends = { ...master, client: '10.0.0.66' };
  const identity = { vendor: 'Acme', firmware: '2.0' };
  return [
    observeEvent({ ...traffic, ...counted, time, ends, operation: 'FC6', low: 12, high: 12 }),
    observeEvent({ ...traffic, ...counted, time, ends: master, operation: 'FC3', low: 50, high: 90 }),
    observeEvent({ ...write, time, ends, before: 1, after: 9 }),
    observeEvent({ ...write, time, ends: station, before: 1, after: 9 }),
    observeEvent({ type: 'identity', time, device: 'PLC-1', identity, previous: { ...identity, firmware: '1.0' } }),
  ];
}

const odd = { NaN: Number.NaN, infinite: Number.POSITIVE_INFINITY, huge: 1e308, negative: -1e308, zero: 0 };

/** Every event except ticks, with all figures except times replaced; then events that end lasting states. */
function oddEvents(figure: number, from: number): Observation[] {
  const deep = (value: unknown): unknown => {
    if (typeof value === 'number') return figure;
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, key === 'time' || key === 'tag' ? one : deep(one)]),
    );
  };
  const all = Array.from({ length: 60 }, (_, i) => happenings(from + 1_000 * i)).flat();
  return [...all.map((event) => observeEvent(deep(event) as Event)), ...ends(from + 60_000)];
}

/** One of each event except ticks. */
function happenings(time: number): Event[] {
  const seen = { time, tap: 'tap', ends: master, unit: 1, operation: 'FC3', detail: '' };
  const device = 'PLC-1';
  const events = [...health(10_000), ...poll(5_000), ...read(5_000, [2, 50, 1, 1]), ...intrusion(time), ...approved(0)].flatMap(
    (one) => (one.kind === 'event' ? [one.event] : []),
  );
  return [
    { type: 'device', time, device, state: 'down', reason: 'no answers' },
    ...events.map((event): Event => ({ ...event, time })),
    { type: 'poll-failed', time, device, code: 'TIMEOUT', message: 'no answer', tags: [0] },
    { type: 'posture', time, device, subject: 'start-time', before: '1', after: '2', text: 'It restarted.', weight: 'warning' },
    { type: 'clock', time, device, offsetMs: 1 },
    { type: 'clock', time, offsetMs: 1 },
    {
      type: 'device-alarm',
      time,
      device,
      source: 'S',
      condition: 'C',
      active: true,
      acknowledged: false,
      severity: 500,
      message: '',
    },
    { type: 'punctuality', time, lateMs: 8_000, allowMs: 16_000, speed: 1, cause: 'polls begin late' },
    { type: 'late-samples', time, device, count: 1 },
    { type: 'source-times', time, device, count: 1 },
    { type: 'dropped', time, queue: 'q', count: 1 },
    { ...seen, type: 'wire-connection', state: 'opened' },
    { ...seen, type: 'wire-session', policy: 'None', mode: 'None', token: 'Anonymous', applicationUri: 'urn:x' },
    { ...seen, type: 'wire-fault', fault: 'exception' },
    { ...seen, type: 'wire-scan', what: 'addresses', count: 3 },
    {
      ...seen,
      type: 'wire-address',
      ends: { ...master, client: master.server, protocol: 'arp', port: 0 },
      address: `00:0c:29:00:00:0${(time / 1_000) % 10}`,
    },
    { type: 'wire-loss', time, tap: 'tap', dropped: 1 },
  ];
}

/** The device answers again as before, and clocks agree. */
function ends(time: number): Observation[] {
  const device = 'PLC-1';
  const events: Event[] = [
    { type: 'device', time, device, state: 'up', reason: 'answers' },
    { type: 'clock', time, device, offsetMs: 0 },
    { type: 'clock', time, offsetMs: 0 },
    { type: 'punctuality', time, lateMs: 0, allowMs: 0, speed: 1, cause: '' },
    {
      type: 'device-alarm',
      time,
      device,
      source: 'S',
      condition: 'C',
      active: false,
      acknowledged: true,
      severity: 1,
      message: '',
    },
  ];
  return events.map((event) => observeEvent(event));
}

/** Streams of invalid events, by name. */
export function nastyEvents(from: number): Record<string, Observation[]> {
  const at = (timeOf: (i: number) => number): Observation[] => [
    ...Array.from({ length: 60 }, (_, i) => happenings(from + timeOf(i))).flatMap((all) =>
      all.map((event) => observeEvent(event)),
    ),
    ...ends(from + 60_000),
  ];
  return {
    ...Object.fromEntries(Object.entries(odd).map(([name, figure]) => [name, oddEvents(figure, from)])),
    backwards: at((i) => 1_000 * (i % 10 === 9 ? i - 30 : i)),
    duplicates: at((i) => 1_000 * Math.floor(i / 2)),
  };
}

/**
 * Faults: a repeated stretch, stuck values, jumps, values out of range, a silent device, writes of an unknown client, a running
 * pump at half flow, a start command without effect.
 */
export function trouble(from: number): Observation[] {
  const random = new Random(3);
  return [
    ...normalRunning(100, 2, from - 400, plant.length, 400),
    ...breakdown(from + 100),
    ...seconds(from + 220, 90, () => [2, 50 + random.normal(), 1, 1, 1, 500, 7, 3]),
    ...seconds(from + 310, 10, () => [2, 0, 1, 0, 1, 500, 7, 3]),
  ];
}

function seconds(from: number, count: number, row: () => readonly number[]): Observation[] {
  return Array.from({ length: count }, (_, k) => {
    const time = 1_000 * (from + k);
    const samples = row().map((value, tag) => ({ tag, time, value }));
    return [observeEvent({ type: 'tick', time }), observeBatch(batchOf(samples)), ...vectorOf(samples, time)];
  }).flat();
}

function breakdown(from: number): Observation[] {
  const values = [3.9, 0, 0.3, 2, 0, 900, 8, Number.NaN];
  return Array.from({ length: 120 }, (_, k) => {
    const time = 1_000 * (from + k);
    const samples = values.map((value, tag) => ({ tag, time, value: tag === 1 ? value + (k % 2) * 60 : value }));
    const silent =
      k === 60
        ? [observeEvent({ type: 'device', time, device: 'PLC-1', state: 'silent', reason: 'no answers' }), ...intrusion(time)]
        : [];
    const falsified = read(time, [2, 50, 1, 1]);
    return [
      observeEvent({ type: 'tick', time }),
      observeBatch(batchOf(samples)),
      ...vectorOf(samples, time),
      ...falsified,
      ...silent,
    ];
  }).flat();
}
