import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import type { DetectionLimit } from '../../core/detection-limits.ts';
import { VirtualClock } from '../../core/clock.ts';
import { type Observation, observeBatch, timeOf } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import { TagTable } from '../../core/tag.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import type { Calibration } from '../../detection/baseline/format.ts';
import { createEngine } from '../../detection/engine/index.ts';
import { type DetectionPlan, detectorFactories, pluginOf } from '../../detection/plan/plan.ts';
import { calibrate } from '../calibration/index.ts';
import { rungs, shareOf, type StandardFault, standardFaults } from './faults.ts';
import { measureLimits } from './measure.ts';
import { type Window, windowOf } from './window.ts';

const scanMs = 10_000;
const dayMs = 86_400_000;

/** Two level transmitters of one tank, a flow beside it, and a valve that rests. */
const tags = [
  tagOf('LT1', { scanMs, description: 'Tank level' }),
  tagOf('LT2', { scanMs, description: 'Tank level' }),
  tagOf('FT', { scanMs, unit: 'L/s', range: { low: 0, high: 50 }, decimals: 1 }),
  tagOf('VLV', { scanMs, kind: 'discrete', role: 'status', unit: '', states: { 0: 'shut', 1: 'open' } }),
];
const plan: DetectionPlan = {
  tags,
  groups: [{ name: 'tank', tags: [0, 1, 2], periodMs: scanMs }],
  devices: ['PLC-1'],
  detectors: ['range', 'frozen', 'relations'].map((type) => ({ type, config: pluginOf(type).schema.parse({}) })),
  budgetPerDay: 2.4,
};

function* running(hours: number, seed: number): Generator<Observation> {
  const random = new Random(seed);
  const step = (value: number, by: number): number => Math.round(value / by) * by;
  for (let i = 0; i < (hours * 3_600_000) / scanMs; i++) {
    const level = 2.5 + Math.sin(i / 60) + 0.3 * Math.sin(i / 17 + seed);
    const values = [0, 1].map(() => step(level + 0.005 * random.normal(), 0.001));
    const flow = step(20 + 5 * Math.sin(i / 40) + 0.3 * random.normal(), 0.1);
    const time = dayMs + scanMs * i;
    yield observeBatch(batchOf([...values, flow, 0].map((value, tag) => ({ tag, time, value }))));
  }
}

const windowIn = (hours: number, seed: number): Window =>
  windowOf([...running(hours, seed)], tags.length, new Random(seed)) as Window;
const faultOf = (kind: string): StandardFault => standardFaults.find((one) => one.kind === kind) as StandardFault;
const long = (): number => Number.POSITIVE_INFINITY;

let calibration: Calibration;
beforeAll(async () => {
  const source = (): Iterable<Observation> => running(48, 1);
  const learning = { detectors: detectorFactories(plan), source, description: 'a test', groups: plan.groups };
  calibration = await calibrate({ ...learning, tags: new TagTable(tags), budgetPerDay: plan.budgetPerDay });
}, 120_000);

const limit = (limits: readonly DetectionLimit[] | undefined, kind: string): DetectionLimit | undefined =>
  limits?.find((one) => one.kind === kind);

/** Middle of the range that one start gives. */
const middle = (of: DetectionLimit | undefined): number =>
  Math.sqrt((of?.spread?.least ?? Number.NaN) * (of?.spread?.most ?? Number.NaN));

/** Time to the first finding that reads the tag, from fresh detectors that receive the whole window. */
function detectedAfter(own: Window, start: number, tag: number, fault: StandardFault, share: number): number | undefined {
  const { detectors, thresholds } = applyCalibration(calibration, detectorFactories(plan));
  const engine = createEngine({ detectors, tags: new TagTable(tags), groups: plan.groups, thresholds });
  const from = own.starts[start]?.time as number;
  const series = own.series[tag] as Window['series'][number];
  const { low = 0, high = 0 } = tags[tag]?.range ?? {};
  const falsify = fault.begin(
    {
      tag: tags[tag] as (typeof tags)[number],
      resolution: series.resolution,
      span: high - low,
      sign: own.starts[start]?.sign ?? 1,
      random: new Random(5).fork(`${tags[tag]?.name} ${fault.kind} ${start}`),
      valueAt: (time) => series.at(time),
    },
    share,
  );
  const reads = (channel: string, detector: string): boolean =>
    (detector === 'relations' && tag < 3) || channel.startsWith(tags[tag]?.name as string);
  for (const observation of own.segments.flatMap((segment) => Array.from(segment, copied))) {
    const time = timeOf(observation);
    if (time > from + fault.withinMs || observation.kind !== 'batch') return undefined;
    const { batch } = observation;
    const samples = Array.from(batch.value, (value, row) => {
      const index = batch.tag[row] as number;
      return { tag: index, time, value: index === tag && time >= from ? falsify(value, time - from, time) : value };
    });
    for (const { change, finding } of engine.observe(observeBatch(batchOf(samples))))
      if (change === 'begin' && finding.beganAt >= from && reads(finding.channel, finding.detector))
        return finding.beganAt - from;
  }
  return undefined;
}

/** A recording overwrites what it returned. */
const copied = (observation: Observation): Observation =>
  observation.kind === 'batch'
    ? observeBatch(
        batchOf(
          Array.from(observation.batch.value, (value, row) => ({
            tag: observation.batch.tag[row] as number,
            value,
            time: timeOf(observation),
          })),
        ),
      )
    : observation;

describe('detection limits', () => {
  it('are those of the other detectors if one came after the calibration', () => {
    const own = windowIn(3, 11);
    const once: Window = { ...own, starts: own.starts.slice(0, 1) };
    const faults = ['offset', 'stuck'].map(faultOf);
    const measured = (of: DetectionPlan) => measureLimits({ plan: of, calibration, window: once, seed: 5, left: long, faults });
    const before = { ...plan, tags: tags.map((tag) => (tag.name === 'VLV' ? { ...tag, role: 'setpoint' as const } : tag)) };
    const later = { type: 'parameters', config: pluginOf('parameters').schema.parse({}) };
    expect(measured({ ...before, detectors: [...before.detectors, later] })).toEqual(measured(before));
  });

  it('equal the trial of every size by fresh detectors', () => {
    const own = windowIn(3, 11);
    const once: Window = { ...own, starts: own.starts.slice(0, 1) };
    const faults = ['offset', 'single-spike', 'stuck'].map(faultOf);
    const { tags: measured, complete } = measureLimits({ plan, calibration, window: once, seed: 5, left: long, faults });
    expect(complete).toBe(true);
    for (const tag of [0, 2])
      for (const fault of faults) {
        const found = limit(measured[tag]?.limits, fault.kind);
        if (!fault.sized) {
          expect(middle(found) / (detectedAfter(once, 0, tag, fault, 1) ?? Number.NaN)).toBeCloseTo(1, 3);
          continue;
        }
        const shares = Array.from({ length: rungs }, (_, rung) => shareOf(rung));
        const lowest = shares.find((share) => detectedAfter(once, 0, tag, fault, share) !== undefined) as number;
        expect(middle(found)).toBeCloseTo(lowest * ((tags[tag]?.range?.high ?? 0) - (tags[tag]?.range?.low ?? 0)), 9);
      }
  }, 120_000);

  it('stop when the time is spent, and state which of them are not final', () => {
    const clock = new VirtualClock(0);
    const spend = (budget: number) => {
      clock.set(0);
      const left = (): number => {
        clock.set(clock.now() + 1);
        return budget - clock.monotonic();
      };
      return measureLimits({ plan, calibration, window: windowIn(10, 31), seed: 5, left });
    };
    expect(spend(1)).toEqual({ tags: [], complete: false });
    const some = spend(60);
    expect(clock.monotonic()).toBe(60);
    expect(some.complete).toBe(false);
    expect(limit(some.tags[0]?.limits, 'offset')).toMatchObject({ detected: true, starts: 1, atMost: true });
    const more = spend(600);
    expect(clock.monotonic()).toBe(600);
    expect(limit(more.tags[0]?.limits, 'offset')).not.toHaveProperty('atMost');
    expect(limit(more.tags[0]?.limits, 'offset')?.starts).toBeGreaterThan(1);
    // a valve that rests has no fault that its values could show
    expect(more.tags.map(({ tag }) => tag)).toEqual(['LT1', 'LT2', 'FT']);
  });
});
