import type { Detector } from '../../../src/core/detector.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { Random } from '../../../src/core/random.ts';
import type { Tag } from '../../../src/core/tag.ts';
import { calibrate, learnedOnce, make, scored, tagOf, targetOf } from '../../../test/support/detectors.ts';
import { balance } from '../index.ts';
import type { Balance } from '../schema.ts';

export const flow = { unit: 'm³/h', decimals: 1, range: { low: 0, high: 200 } } as const;
export const plantTags: readonly Tag[] = [
  tagOf('LT', { description: 'Clearwell level', decimals: 2 }),
  tagOf('IN', { ...flow, description: 'Inflow' }),
  tagOf('OUT', { ...flow, description: 'Outflow' }),
  tagOf('LT2', { description: 'Clearwell level 2' }),
  tagOf('TE', { unit: '°C' }),
  tagOf('RUN', { kind: 'discrete', role: 'status', unit: '', decimals: 0 }),
];
export const gains = { IN: 0.0012, OUT: -0.0011 } as const;
export const gapMs = 3_500;
export const stated = { balances: [{ level: 'LT', flows: ['IN', 'OUT'] }] };

/** A tank that a pump fills when its level is low and the town empties; all values have noise. */
export function plant(count: number, seed: number): number[][] {
  const random = new Random(seed);
  let [level, pumping, wander] = [2.5, false, 0];
  let before = [0, 80];
  return Array.from({ length: count }, (_, i) => {
    pumping = level < 2 || (pumping && level < 3);
    wander = 0.98 * wander + 4 * random.normal();
    const now = [pumping ? 160 : 0, 80 + 30 * Math.sin(i / 700) + wander];
    level +=
      (gains.IN * ((now[0] as number) + (before[0] as number)) + gains.OUT * ((now[1] as number) + (before[1] as number))) / 2;
    before = now;
    const noisy = (value: number, noise: number): number => value + noise * random.normal();
    const rounded = (value: number, step: number): number => Math.round(value / step) * step;
    return [
      rounded(noisy(level, 0.003), 0.001),
      rounded(noisy(now[0] as number, 0.3), 0.1),
      rounded(noisy(now[1] as number, 0.3), 0.1),
      rounded(noisy(level, 0.003), 0.001),
      15 + Math.sin(i / 3_000),
      pumping ? 1 : 0,
    ];
  });
}

export const vectors = (rows: readonly (readonly number[])[], startMs = 0, times?: readonly number[]): Observation[] =>
  rows.map((row, i) => ({
    kind: 'vector',
    vector: {
      group: 'all',
      time: startMs + (times?.[i] ?? i * 1_000),
      value: Float64Array.from(row, (value) => (Number.isFinite(value) ? value : Number.NaN)),
      age: new Float64Array(row.length),
      mask: Uint8Array.from(row, (value) => (Number.isFinite(value) ? 0 : 1)),
    },
  }));

const usualRows = (): number[][] => plant(6_000, 1);
const usual = learnedOnce(
  () => make(balance, targetOf(plantTags)),
  (detector) => calibrate(balance, detector, vectors(usualRows())),
);

export function learned(
  rows?: readonly (readonly number[])[],
  options?: { readonly config?: object; readonly tags?: readonly Tag[] },
): Detector {
  if (rows === undefined && options === undefined) return usual();
  const { config = {}, tags = plantTags } = options ?? {};
  const detector = make(balance, targetOf(tags), config);
  calibrate(balance, detector, vectors(rows ?? usualRows()));
  return detector;
}

export const balancesOf = (detector: Detector): readonly Balance[] =>
  (detector.snapshot().baseline as unknown as { groups: { all: { balances: Balance[] } } }).groups.all.balances;
export const balanceOf = (detector: Detector, level = 'LT'): Balance => {
  const found = balancesOf(detector).find((one) => one.level === level);
  if (found === undefined) throw new Error(`${level} has no balance`);
  return found;
};
export const channelOf = (detector: Detector, level = 'LT'): number =>
  detector.channels.findIndex(({ key }) => key === `all/${level}`);
export const surprisesOf = (detector: Detector, rows: readonly (readonly number[])[], level = 'LT'): number[] => {
  const own = channelOf(detector, level);
  return scored(detector, vectors(rows, 1e9)).flatMap(({ channel, surprise }) => (channel === own ? [surprise] : []));
};
/** A detector with the same baseline, without balances by means. */
export function byRowsAlone(detector: Detector, tags = plantTags): Detector {
  const { groups, ...rest } = detector.snapshot().baseline as unknown as { groups: { all: { balances: Balance[] } } };
  const balances = groups.all.balances.filter(({ meanOf }) => meanOf === 1);
  const alone = make(balance, targetOf(tags));
  alone.restore({ baseline: { ...rest, groups: { all: { ...groups.all, balances } } }, running: {} });
  return alone;
}
export const most = (values: readonly number[]): number => Math.max(0, ...values);
