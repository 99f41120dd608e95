import { batchOf, tagOf } from '../../../../test/support/detectors.ts';
import type { DetectionLimit } from '../../../core/detection-limits.ts';
import { type Observation, observeBatch } from '../../../core/observation.ts';
import { Random } from '../../../core/random.ts';
import { TagTable } from '../../../core/tag.ts';
import type { Calibration } from '../../../detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories, pluginOf } from '../../../detection/plan/plan.ts';
import { calibrate } from '../../calibration/index.ts';
import { measureLimits } from '../measure.ts';
import { type Window, wholeMs, windowOf } from '../window.ts';

const scanMs = 60_000;
const dayMs = 86_400_000;
const learnedDays = 5;

/** Two level transmitters of one tank, a temperature, and a weak flow, which has more noise than pattern. All follow the hour. */
const tags = [
  tagOf('LT1', { scanMs, description: 'Tank level' }),
  tagOf('LT2', { scanMs, description: 'Tank level' }),
  tagOf('TT', { scanMs, unit: '°C', range: { low: 0, high: 40 }, decimals: 2, equipment: 'Heater' }),
  tagOf('FT', { scanMs, unit: 'L/s', range: { low: 0, high: 20 }, decimals: 2, equipment: 'Well' }),
];
const plan: DetectionPlan = {
  tags,
  groups: [{ name: 'tank', tags: [0, 1], periodMs: scanMs }],
  devices: ['PLC-1'],
  detectors: ['range', 'frozen', 'profile', 'relations'].map((type) => ({
    type,
    config: pluginOf(type).schema.parse({}),
  })),
  budgetPerDay: 2.4,
};

function* running(from: number, ms: number, seed: number): Generator<Observation> {
  const random = new Random(seed);
  const step = (value: number, by: number): number => Math.round(value / by) * by;
  let [slow, fast] = [0, 0];
  for (let time = from; time < from + ms; time += scanMs) {
    const hour = (2 * Math.PI * (time % dayMs)) / dayMs;
    slow = 0.998 * slow + 0.01 * random.normal();
    fast = 0.99 * fast + 0.1 * random.normal();
    const level = 2.5 + 0.8 * Math.sin(hour) + 0.3 * Math.sin(3 * hour) + slow;
    const levels = [0, 1].map(() => step(level + 0.005 * random.normal(), 0.001));
    const temperature = step(15 + 4 * Math.sin(hour + 1) + 0.05 * fast + 0.02 * random.normal(), 0.01);
    const flow = step(2 + 0.3 * Math.sin(hour + 2) + 0.2 * random.normal(), 0.01);
    yield observeBatch(batchOf([...levels, temperature, flow].map((value, tag) => ({ tag, time, value }))));
  }
}

/** A baseline of the plant. */
export const learned = (seed: number): Promise<Calibration> =>
  calibrate({
    detectors: detectorFactories(plan),
    source: () => running(0, learnedDays * dayMs, seed),
    description: 'a test',
    groups: plan.groups,
    tags: new TagTable(tags),
    budgetPerDay: plan.budgetPerDay,
  });

/** Limits by faults in later normal operation with another random seed, by tag and fault. */
export function limitsAt(calibration: Calibration, seed: number): ReadonlyMap<string, DetectionLimit> {
  const recording = [...running(2 * learnedDays * dayMs, wholeMs, seed)];
  const window = windowOf(recording, tags.length, new Random(seed)) as Window;
  const measured = measureLimits({ plan, calibration, window, seed, left: () => Number.POSITIVE_INFINITY });
  return new Map(measured.tags.flatMap(({ tag, limits }) => limits.map((limit) => [`${tag} ${limit.kind}`, limit])));
}

/** Results of several seeds that state one figure, by tag and fault, in relation to their median: infinite if not detected. */
export function spreads(results: readonly ReadonlyMap<string, DetectionLimit>[]): Map<string, readonly number[]> {
  const keys = [...(results[0]?.keys() ?? [])];
  return new Map(
    keys.map((key) => {
      const values = results.flatMap((one) => figureOf(one.get(key) as DetectionLimit) ?? []).toSorted((a, b) => a - b);
      const middle = ((values[(values.length - 1) >> 1] as number) + (values[values.length >> 1] as number)) / 2;
      return [key, values.map((value) => (value === middle ? 1 : value / middle))];
    }),
  );
}

function figureOf({ detected, size, withinMs, spread, found }: DetectionLimit): number | undefined {
  if (!detected) return Number.POSITIVE_INFINITY;
  return spread === undefined && found === undefined ? (size ?? withinMs) : undefined;
}
