import type { Channel } from '../../core/detector.ts';
import { Random } from '../../core/random.ts';
import { studentQuantile } from '../../detector-kit/bound.ts';
import { fitBudget } from './fit.ts';
import type { Learned, LearnedDetector } from './learned.ts';
import { BlockMaxima } from './maxima.ts';
import type { BudgetPromise } from '../../detection/baseline/format.ts';

const dayMs = 86_400_000;
/** Quantile of the normal distribution. */
const probit = (p: number): number => studentQuantile(p, Number.POSITIVE_INFINITY);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const groups = 2;
/**
 * Standard deviations that 0.4 % of normally distributed rows exceed: surprise 1 of a detector that scales its surprise on rows.
 */
const triedAt = -probit(0.002);
/** Ratio of the surprise on learned rows to that on holdout folds. */
const knownShare = 0.95;
/** Size of the steps, standard deviations, and duration of each. */
const stepSize = 5;
const stepMs = 600_000;
/** Detectors per tag that react to a step. */
const watchers = [0, 1, 2];

/** Steps per fit. */
export const cases = 12;

export interface Fit {
  /** Thresholds of tags, standard deviations. */
  readonly ranges: readonly number[];
  /** Thresholds of groups of tags. */
  readonly relations: readonly number[];
  readonly unwatched: ReadonlyMap<string, unknown>;
  readonly promise: BudgetPromise;
}

/** Length and sizes of one calibration on noise. */
export interface Setting {
  readonly budgetPerDay: number;
  readonly days: number;
  readonly tags: number;
  readonly periodMs: number;
  readonly seed: number;
}

const channelsOf = (name: string, count: number): Channel[] =>
  Array.from({ length: count }, (_, i) => ({ key: `${name}${i}`, tags: [i], area: `area ${i % 3}`, equipment: `${name}${i}` }));

/** Highest of a number of values of normally distributed noise, in absolute standard deviations. */
const highestOf = (random: Random, rows: number): number => Math.abs(probit((1 - (1 - 1e-16) * random.next() ** (1 / rows)) / 2));

/** Block maxima of detectors on tags that are pure noise. */
function learnedFrom({ days, tags, periodMs, seed }: Setting): Learned {
  const random = new Random(seed);
  const rows = Math.max(2, Math.round((days * dayMs) / periodMs));
  const blocks = Math.min(1_500, rows);
  const detector = (name: string, count: number, offset: number, plugin: LearnedDetector['plugin']): LearnedDetector => {
    const channels = channelsOf(name, count);
    return { name, plugin, channels, offset, baseline: null, stays: channels.map(() => undefined), idle: [], largest: [] };
  };
  const outOfFold = new BlockMaxima(tags + groups, blocks);
  const inSample = new BlockMaxima(tags + groups, blocks);
  for (let block = 0; block < blocks; block++) {
    outOfFold.startedAt[block] = (block * rows * periodMs) / blocks;
    for (let channel = 0; channel < tags + groups; channel++) {
      const highest = highestOf(random, rows / blocks) / (channel < tags ? 1 : triedAt);
      outOfFold.add(channel, block, highest);
      inSample.add(channel, block, knownShare * highest);
    }
  }
  const detectors = [
    detector('range', tags, 0, { input: 'sample', threshold: 'statistical' }),
    detector('relations', groups, tags, { input: 'vector', threshold: 'statistical', calibrated: true }),
  ];
  return { from: 0, to: days * dayMs, coveredMs: days * dayMs, rows, detectors, outOfFold, inSample, moments: [] };
}

/** Thresholds of a calibration on noise. */
export function fitOf(setting: Setting): Fit {
  const { byDetector, unwatched, promise } = fitBudget(learnedFrom(setting), setting.budgetPerDay, []);
  const begins = (name: string): number[] => Object.values(byDetector.get(name) ?? {}).map(({ begin }) => begin);
  return { ranges: begins('range'), relations: begins('relations'), unwatched, promise };
}

/** Upper bound of the rows of such noise that pass a threshold in a day; `triedAt` is the unit of a group. */
export function falseRowsPerDay({ ranges, relations }: Fit, { periodMs }: Setting): number {
  const heights = [...ranges, ...relations.map((begin) => begin * triedAt)];
  // Mills' ratio of the normal distribution is less than 1/z
  const shares = heights.map((z) => (2 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI) / z);
  return (dayMs / periodMs) * shares.reduce((sum, share) => sum + share, 0);
}

export interface Found {
  readonly byTag: number;
  readonly byGroup: number;
}

/** Number of 12 steps of five standard deviations and ten minutes that exceed a threshold of their tag and of their group. */
export function stepsFound({ ranges, relations }: Fit, { tags, periodMs }: Setting): Found {
  const random = new Random(3);
  const heights = Array.from({ length: cases }, () => watchers.map(() => stepSize + highestOf(random, stepMs / periodMs)));
  const byTag = heights.filter((peaks, at) =>
    peaks.some((peak, watcher) => peak >= (ranges[(at + cases * watcher) % tags] ?? Infinity)),
  );
  const byGroup = heights.filter(([peak = 0], at) => peak / triedAt >= (relations[at % groups] ?? Infinity));
  return { byTag: byTag.length, byGroup: byGroup.length };
}

/** Lengths from an hour to 60 days: a coarse grid, and a fine one where a count of no alert begins to prove the budget. */
export function lengthsFor(budgetPerDay: number, growth: number): number[] {
  const lengths = [0.7, 1.3, 2, 2.6, 2.99, 3.01, 3.5, 4.4, 6].map((alerts) => alerts / budgetPerDay);
  for (let days = 1 / 24; days < 60; days *= growth) lengths.push(days);
  return [...lengths, 60].filter((days) => days >= 1 / 24 && days <= 60).toSorted((a, b) => a - b);
}

/** Number of rows from which each recording is checked; with fewer rows thresholds scatter, and only their mean is checked. */
const manyRows = 400;

/**
 * Fits at growing lengths, each with the number of found steps: of one recording if it has many rows, otherwise the mean of
 * several.
 * @param recordings seeds of the recordings with few rows; the first is used for all others
 */
export function fitsByLength(
  { budgetPerDay, tags, periodMs }: Omit<Setting, 'days' | 'seed'>,
  growth: number,
  recordings: readonly number[],
): { readonly days: number; readonly rows: number; readonly fits: readonly Fit[]; readonly found: Found }[] {
  return lengthsFor(budgetPerDay, growth).map((days) => {
    const rows = (days * dayMs) / periodMs;
    const settings = (rows < manyRows ? recordings : recordings.slice(0, 1)).map((seed) => ({
      budgetPerDay,
      days,
      tags,
      periodMs,
      seed,
    }));
    const fits = settings.map(fitOf);
    const each = fits.map((fit, i) => stepsFound(fit, settings[i] as Setting));
    return {
      days,
      rows,
      fits,
      found: { byTag: mean(each.map(({ byTag }) => byTag)), byGroup: mean(each.map(({ byGroup }) => byGroup)) },
    };
  });
}

export interface Worst {
  /** Steps of 12 that a recording of many rows finds less than the best shorter length. */
  readonly steps: number;
  /** The same for the mean of several recordings with few rows. */
  readonly meanSteps: number;
  /** Largest ratio of the median threshold to the lowest one of a shorter length. */
  readonly rise: number;
}

/** Largest loss of a longer calibration against the best shorter one. */
export function worstOf(lengths: ReturnType<typeof fitsByLength>): Worst {
  let best: Found = { byTag: 0, byGroup: 0 };
  let lowest = Number.POSITIVE_INFINITY;
  const worst = { steps: 0, meanSteps: 0, rise: 1 };
  for (const { rows, fits, found } of lengths) {
    const kind = rows < manyRows ? 'meanSteps' : 'steps';
    worst[kind] = Math.max(worst[kind], best.byTag - found.byTag, best.byGroup - found.byGroup);
    best = { byTag: Math.max(best.byTag, found.byTag), byGroup: Math.max(best.byGroup, found.byGroup) };
    const threshold = mean(fits.map(({ ranges }) => median(ranges)));
    worst.rise = Math.max(worst.rise, threshold / lowest);
    lowest = Math.min(lowest, threshold);
  }
  return worst;
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
