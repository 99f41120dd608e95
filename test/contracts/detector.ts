import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { Detector, DetectorPlugin, DetectorSnapshot } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { type Event, type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import {
  batchOf,
  calibrate,
  make,
  nastyStreams,
  type Reported,
  type Sample,
  scored,
  tagOf,
  targetOf,
} from '../support/detectors.ts';

/** A small plant with a tag of every kind and role, so that each detector finds something to watch. */
const plant: readonly Tag[] = [
  tagOf('LT01', { limits: { high: 3.5, low: 0.5 } }),
  tagOf('FT01', { unit: 'm³/h', decimals: 1, range: { low: 0, high: 200 } }),
  tagOf('SP', { role: 'setpoint', unit: 'mg/L' }),
  tagOf('RUN', { kind: 'discrete', role: 'status', unit: '', states: { 0: 'stopped', 1: 'running' } }),
  tagOf('CMD', { kind: 'discrete', role: 'command', unit: '' }),
  tagOf('HRS', { kind: 'counter', unit: 'h' }),
  tagOf('CONST'),
  tagOf('A tag with quite a long name of its own', { description: 'The level of the second clearwell, north side, backup' }),
];

/** Ordinary running: a wave with noise, flows that follow a pump, a setpoint that is moved now and then. */
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
    const rest = [...vectorOf(samples, time), ...health(time), ...poll(time)];
    return [observeEvent({ type: 'tick', time }), observeBatch(batchOf(samples)), ...rest];
  }).flat();
}

/** The samples in every tag of the plant, as they come and as the aligner gives them. */
const nasty = (samples: readonly Sample[]): Observation[] =>
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

/** What a tap sees of the master that polls. */
function poll(time: number): Observation[] {
  if (time % 5_000 !== 0) return [];
  return [observeEvent({ ...traffic, ...counted, time, ends: master, operation: 'FC3', low: 0, high: 40 })];
}

/** A stranger comes and writes, and the device says that it is another. */
function intrusion(time: number): Observation[] {
  const ends = { ...master, client: '10.0.0.66' };
  const identity = { vendor: 'Acme', firmware: '2.0' };
  return [
    observeEvent({ ...traffic, ...counted, time, ends, operation: 'FC6', low: 12, high: 12 }),
    observeEvent({
      type: 'wire-write',
      time,
      tap: 'tap',
      ends,
      operation: 'FC6',
      unit: 1,
      target: 'holding 12',
      tag: 2,
      before: 1,
      after: 9,
    }),
    observeEvent({ type: 'identity', time, device: 'PLC-1', identity, previous: { ...identity, firmware: '1.0' } }),
  ];
}

const odd = { NaN: Number.NaN, infinite: Number.POSITIVE_INFINITY, huge: 1e308, negative: -1e308, zero: 0 };

/** Every event that is no tick, with each figure but its time as it should not be; then those that end what lasts. */
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

/** One of every event that is no tick. */
function happenings(time: number): Event[] {
  const seen = { time, tap: 'tap', ends: master, unit: 1, operation: 'FC3', detail: '' };
  const device = 'PLC-1';
  const events = [...health(10_000), ...poll(5_000), ...intrusion(time)].flatMap((one) =>
    one.kind === 'event' ? [one.event] : [],
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
    { type: 'late-samples', time, device, count: 1 },
    { type: 'dropped', time, queue: 'q', count: 1 },
    { ...seen, type: 'wire-connection', state: 'opened' },
    { ...seen, type: 'wire-session', policy: 'None', mode: 'None', token: 'Anonymous', applicationUri: 'urn:x' },
    { ...seen, type: 'wire-fault', fault: 'exception' },
    { ...seen, type: 'wire-scan', what: 'addresses', count: 3 },
    { type: 'wire-loss', time, tap: 'tap', dropped: 1 },
  ];
}

/** The device answers again, as it did before, and clocks agree. */
function ends(time: number): Observation[] {
  const device = 'PLC-1';
  const events: Event[] = [
    { type: 'device', time, device, state: 'up', reason: 'answers' },
    { type: 'clock', time, device, offsetMs: 0 },
    { type: 'clock', time, offsetMs: 0 },
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

/** Streams of events that should not be, by name. */
function nastyEvents(from: number): Record<string, Observation[]> {
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

/** What goes wrong: an earlier stretch plays again, everything freezes, jumps, breaks its range, the device falls silent, a stranger writes; a running pump gives half. */
function trouble(from: number): Observation[] {
  return [...normalRunning(100, 2, from - 400, plant.length, 400), ...breakdown(from + 100), ...halfFlow(from + 220)];
}

function halfFlow(from: number): Observation[] {
  const random = new Random(3);
  return Array.from({ length: 90 }, (_, k) => {
    const time = 1_000 * (from + k);
    const samples = [2, 50 + random.normal(), 1, 1, 1, 500, 7, 3].map((value, tag) => ({ tag, time, value }));
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
    return [observeEvent({ type: 'tick', time }), observeBatch(batchOf(samples)), ...vectorOf(samples, time), ...silent];
  }).flat();
}

const copy = (snapshot: DetectorSnapshot): DetectorSnapshot => ({
  baseline: JSON.parse(JSON.stringify(snapshot.baseline)) as DetectorSnapshot['baseline'],
  running: deserialize(serialize(snapshot.running)) as unknown,
});
const baselineOf = (detector: Detector): string => JSON.stringify(detector.snapshot().baseline);
const runningOf = (detector: Detector): Buffer => serialize(detector.snapshot().running);

/** Parts of the contract that a detector does not keep, each with the reason. */
export interface Exceptions {
  /** A calibration that is interrupted can not be continued. */
  readonly midway?: string;
  /** Settings with which the half hour of the contract is enough to judge. */
  readonly config?: object;
}

/** What every detector must hold, whatever it detects. */
export function detectorContract(plugin: DetectorPlugin, exceptions: Exceptions = {}): void {
  const fresh = (tags = plant): Detector => make(plugin, targetOf(tags), exceptions.config);
  /** Knows normal running: from a calibration, or from having watched it where it learns online. */
  const calibrated = (): Detector => {
    const detector = fresh();
    if (plugin.threshold === 'adaptive') scored(detector, learned);
    else calibrate(plugin, detector, learned);
    return detector;
  };
  const learned = normalRunning(1_500, 1);
  const next = normalRunning(400, 2, 1_500);
  const watched = [...next, ...trouble(1_900)];

  describe(`detector ${plugin.type}`, () => {
    it('has a type, a summary, a schema with defaults and a description for each option', () => {
      expect(plugin.summary).toMatch(/^[A-Z].*\.$/);
      expect(() => plugin.schema.parse({})).not.toThrow();
      expect(() => plugin.schema.parse({ noSuchOption: 1 })).toThrow();
    });

    it('has channels with keys of their own', () => {
      const keys = fresh().channels.map(({ key }) => key);
      expect(keys.length).toBeGreaterThan(0);
      expect(new Set(keys).size).toBe(keys.length);
    });

    it('reports nothing before it has learned anything, unless its rule is stated', () => {
      if (plugin.threshold === 'stated') return;
      expect(scored(fresh(), watched.slice(0, 60))).toEqual([]);
    });

    it('reports finite surprises ≥ 0 in calm running, and more in trouble', () => {
      const detector = calibrated();
      const calm = scored(detector, next);
      const after = scored(detector, trouble(1_900));
      for (const { surprise, channel } of [...calm, ...after]) {
        expect(surprise).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(surprise)).toBe(true);
        expect(detector.channels[channel]).toBeDefined();
      }
      expect(most(after)).toBeGreaterThan(most(calm));
    });

    it('never changes its baseline by scoring', () => {
      const detector = calibrated();
      const before = baselineOf(detector);
      scored(detector, watched);
      expect(baselineOf(detector)).toBe(before);
    });

    it('never changes its running state by learning', () => {
      const detector = calibrated();
      scored(detector, next.slice(0, 300));
      const before = runningOf(detector);
      for (const observation of watched) detector.learn(observation);
      expect(runningOf(detector).equals(before)).toBe(true);
      detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'begin', pass: 0 }));
      for (const observation of learned) detector.learn(observation);
      expect(runningOf(detector).equals(before)).toBe(true);
    });

    it('gives the same surprises for the same input', () => {
      expect(scored(calibrated(), watched)).toEqual(scored(calibrated(), watched));
    });

    it('does not look ahead', () => {
      const whole = scored(calibrated(), watched);
      const half = scored(calibrated(), watched.slice(0, watched.length >> 1));
      expect(whole.slice(0, half.length)).toEqual(half);
    });

    it('continues bit for bit from a snapshot, in scoring and in learning', () => {
      const detector = calibrated();
      scored(detector, next.slice(0, 333));
      for (const observation of next.slice(0, 111)) detector.learn(observation);
      const saved = detector.snapshot();
      const restored = fresh();
      restored.restore(copy(saved));
      expect(restored.snapshot()).toEqual(saved);
      for (const observation of next.slice(111, 444)) {
        detector.learn(observation);
        restored.learn(observation);
      }
      expect(scored(restored, watched.slice(333))).toEqual(scored(detector, watched.slice(333)));
      expect(baselineOf(restored)).toBe(baselineOf(detector));
      expect(runningOf(restored).equals(runningOf(detector))).toBe(true);
    });

    // an exception has its reason where it is made: a detector that learns over again from the beginning
    if (!('midway' in exceptions)) {
      it('continues bit for bit from a snapshot taken in the middle of a calibration', () => {
        const begun = fresh();
        begun.learn(observeEvent({ type: 'calibration', time: 0, phase: 'begin', pass: 0 }));
        for (const observation of learned.slice(0, 2_000)) begun.learn(observation);
        const restored = fresh();
        restored.restore(copy(begun.snapshot()));
        for (const detector of [begun, restored]) {
          for (const observation of learned.slice(2_000)) detector.learn(observation);
          for (let pass = 1; pass < plugin.passes; pass++) {
            detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'pass', pass }));
            for (const observation of learned) detector.learn(observation);
          }
          detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'end', pass: Math.max(0, plugin.passes - 1) }));
        }
        expect(baselineOf(restored)).toBe(baselineOf(begun));
      });
    }

    // threads share the tags of such a detector between them
    if (plugin.byTag === true) {
      it('learns and says of a tag what it would if it watched no other', () => {
        const whole = calibrated();
        const { tags: entries } = whole.snapshot().baseline as { readonly tags: Readonly<Record<string, unknown>> };
        const byKey = (detector: Detector) =>
          Map.groupBy(scored(detector, watched), ({ channel }) => detector.channels[channel]?.key ?? '');
        const together = byKey(whole);
        const judged = [...new Set(whole.channels.flatMap(({ tags }) => tags))];
        for (const tag of judged) {
          const alone = make(plugin, { ...targetOf(plant), watched: [tag] }, exceptions.config);
          calibrate(plugin, alone, learned);
          const own = alone.snapshot().baseline as { readonly tags: Readonly<Record<string, unknown>> };
          const apart = byKey(alone);
          expect(alone.channels.length).toBeGreaterThan(0);
          for (const { key } of alone.channels) {
            expect(own.tags[key]).toEqual(entries[key]);
            const heard = (all: readonly Reported[] | undefined) => all?.map(({ time, surprise }) => ({ time, surprise }));
            expect(heard(apart.get(key))).toEqual(heard(together.get(key)));
          }
        }
      });
    }

    it('tells what it has learned in lines of its own channels, and the same after a restart', () => {
      const detector = calibrated();
      const facts = detector.facts?.() ?? [];
      const keys = new Set(detector.channels.map(({ key }) => key));
      expect(facts.filter(({ channel }) => !keys.has(channel))).toEqual([]);
      expect(new Set(facts.map(({ channel, name }) => `${channel}\n${name}`)).size).toBe(facts.length);
      for (const { figures, editable } of facts) {
        expect(Object.keys(figures).length).toBeGreaterThan(0);
        expect(editable.filter((word) => typeof figures[word] !== 'number')).toEqual([]);
        if (detector.amend === undefined) expect(editable).toEqual([]);
        for (const figure of Object.values(figures)) expect(typeof figure === 'string' || Number.isFinite(figure)).toBe(true);
      }
      const restored = fresh();
      restored.restore({ baseline: copy(detector.snapshot()).baseline, running: fresh().snapshot().running });
      expect(restored.facts?.() ?? []).toEqual(facts);
      expect(fresh().facts?.() ?? []).toEqual([]);
    });

    it('lets a person amend the numbers that it lets be amended, and refuses the rest without a change', () => {
      const detector = calibrated();
      const now = (channel: string, name: string): Readonly<Record<string, number | string>> =>
        detector.facts?.().find((fact) => fact.channel === channel && fact.name === name)?.figures ?? {};
      for (const { channel, name, figures, editable } of detector.facts?.() ?? []) {
        if (detector.amend === undefined) continue;
        for (const word of editable) {
          const figure = figures[word] as number;
          const wider = figure + (word === 'low' ? -0.1 : 0.1) * Math.abs(figure);
          detector.amend(channel, name, { [word]: wider });
          expect(now(channel, name)[word]).toBeCloseTo(wider, 9);
          detector.amend(channel, name, { [word]: figure });
          expect(now(channel, name)[word]).toBeCloseTo(figure, 9);
        }
        const before = baselineOf(detector);
        const [word = ''] = Object.keys(figures);
        expect(() => detector.amend?.(channel, name, { nonsense: 1 })).toThrow(ScadaError);
        expect(() => detector.amend?.(channel, name, { [word]: Number.NaN })).toThrow(ScadaError);
        expect(baselineOf(detector)).toBe(before);
      }
      if (detector.amend !== undefined) expect(() => detector.amend?.('no such channel', '', {})).toThrow(ScadaError);
    });

    it('refuses a snapshot of another detector or of other tags', () => {
      const { running } = fresh().snapshot();
      expect(() => fresh().restore({ baseline: { detector: 'another', version: 1, tags: {} }, running })).toThrow(ScadaError);
      expect(() => fresh().restore({ baseline: null, running })).toThrow(ScadaError);
      const other = fresh(plant.map((tag) => ({ ...tag, name: `${tag.name}x`, device: `${tag.device}x` })));
      if (other.channels.some(({ tags }) => tags.length > 0))
        expect(() => other.restore(calibrated().snapshot())).toThrow(ScadaError);
    });

    it.each(Object.entries(nastyStreams()))(
      'survives the %s stream, and judges calm running afterwards as before',
      (_, samples) => {
        const detector = calibrated();
        const shifted = samples.map((sample) => ({ ...sample, time: sample.time + 1_500_000 }));
        for (const observation of nasty(shifted))
          detector.score(observation, (_channel, _time, surprise) => expect(surprise).toBeGreaterThanOrEqual(0));
        const later = normalRunning(900, 5, 2_400);
        const settled = ({ time }: Reported): boolean => time >= 2_850_000;
        const calm = most(scored(detector, later).filter(settled));
        const clean = most(scored(calibrated(), later).filter(settled));
        expect(calm).toBeLessThanOrEqual(3 * clean + 1);
      },
    );

    it.each(Object.entries(nastyEvents(1_500_000)))(
      'survives events whose figures or times are %s, judges calm running afterwards as before, and can learn from them',
      (_, events) => {
        const detector = calibrated();
        for (const { surprise } of scored(detector, events)) expect(surprise >= 0 && Number.isFinite(surprise)).toBe(true);
        const later = normalRunning(1_200, 5, 2_400);
        const settled = ({ time }: Reported): boolean => time >= 3_150_000;
        const clean = scored(calibrated(), later).filter(settled);
        const after = scored(detector, later).filter(settled);
        expect(after.length).toBe(clean.length);
        expect(most(after)).toBeLessThanOrEqual(3 * most(clean) + 1);

        const taught = fresh();
        calibrate(plugin, taught, [...events, ...learned]);
        const restored = fresh();
        restored.restore({ baseline: copy(taught.snapshot()).baseline, running: fresh().snapshot().running });
        expect(scored(restored, next)).toEqual(scored(taught, next));
      },
    );

    it('learns from nasty streams without breaking', () => {
      const detector = fresh();
      for (const samples of Object.values(nastyStreams())) for (const one of nasty(samples)) detector.learn(one);
      calibrate(plugin, detector, learned);
      // what a calibration has learned is left to the others by those that need none
      expect(scored(detector, watched)).toEqual(plugin.threshold === 'adaptive' ? [] : scored(calibrated(), watched));
    });

    it.each(Object.entries(nastyStreams()))('learns from the %s stream what can be stored, read and judged by', (_, samples) => {
      const detector = fresh();
      calibrate(plugin, detector, nasty(samples));
      const restored = fresh();
      restored.restore({ baseline: copy(detector.snapshot()).baseline, running: fresh().snapshot().running });
      const after = scored(restored, next);
      expect(after.filter(({ surprise }) => !(surprise >= 0 && Number.isFinite(surprise)))).toEqual([]);
      expect(after).toEqual(scored(detector, next));
    });

    it('goes on when tags vanish and appear, and judges calm running afterwards as before', () => {
      const detector = calibrated();
      const some = normalRunning(60, 3, 1_500, 3).filter(({ kind }) => kind !== 'vector');
      // tags that never were, none at all, then one that was long away, alone
      const none = [observeBatch(batchOf([])), observeBatch(batchOf([{ tag: 99, time: 1_560_000, value: 1 }]))];
      const alone = normalRunning(60, 4, 1_600).map((one) =>
        one.kind === 'batch' ? observeBatch(batchOf([{ tag: 5, time: one.batch.sourceTime[0] as number, value: 500 }])) : one,
      );
      for (const { surprise } of scored(detector, [...some, ...none, ...alone]))
        expect(surprise >= 0 && Number.isFinite(surprise)).toBe(true);
      const later = normalRunning(1_200, 5, 2_400);
      const settled = ({ time }: Reported): boolean => time >= 3_150_000;
      const after = scored(detector, later).filter(settled);
      const clean = scored(calibrated(), later).filter(settled);
      expect(after.length).toBe(clean.length);
      expect(most(after)).toBeLessThanOrEqual(3 * most(clean) + 1);
    });

    it('takes nothing from bad samples', () => {
      const bad = [{ tag: 0, time: 1_500_000, value: 99, quality: Quality.BadDeviceFailure }];
      const detector = calibrated();
      expect(scored(detector, [observeBatch(batchOf(bad))])).toEqual([]);
    });

    it('explains every channel: shares add up to 1, titles fit, techniques are ATT&CK ids and no impact', () => {
      const detector = calibrated();
      const check = (): void =>
        detector.channels.forEach((_, channel) => {
          const { title, sentence, contributions, normalIf, techniques } = detector.explain(channel);
          expect(title.length).toBeLessThanOrEqual(48);
          expect(title.length).toBeGreaterThan(0);
          expect(sentence).toMatch(/^\S.*\.$/);
          expect(sentence).not.toMatch(/undefined|NaN|null|Infinity/);
          expect(normalIf).not.toMatch(/undefined|NaN|null|Infinity|\.$/);
          const total = contributions.reduce((sum, { share }) => sum + Math.abs(share), 0);
          if (contributions.length > 0) expect(total).toBeCloseTo(1, 9);
          const shares = contributions.map(({ share }) => Math.abs(share));
          expect(shares).toEqual(shares.toSorted((a, b) => b - a));
          for (const id of techniques) {
            expect(id).toMatch(/^T\d{4}(\.\d{3})?$/);
            expect(impact).not.toContain(id);
          }
        });
      for (const observation of watched) detector.score(observation, () => {});
      check();
      const alarmed = calibrated();
      for (const observation of watched) alarmed.score(observation, (channel) => alarmed.explain(channel));
    });
  });
}

const most = (reported: readonly Reported[]): number => Math.max(0, ...reported.map(({ surprise }) => surprise));

/** ATT&CK names no way to observe these: they may be consequences, never findings. */
const impact = ['T0813', 'T0815', 'T0826', 'T0827', 'T0828', 'T0829', 'T0831', 'T0832', 'T0837', 'T0879', 'T0880'];
