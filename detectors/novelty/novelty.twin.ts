import type { Frozen } from '../../src/core/detector.ts';
import { counting, type Sample } from '../../test/support/detectors.ts';

const bin = 0.05;
const halfHourMs = 1_800_000;

/** A sample, and the reason why it is not learned. */
type Seen = Sample & { readonly frozen?: Frozen };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A past element, its distance from the present, and its finding, 0 for none. */
interface Past {
  readonly distance: number;
  readonly finding: number;
}

/**
 * Distance to the second-nearest past element. Only the nearest element of each finding counts, and none of the present finding.
 */
function second(past: readonly Past[], present: number): number {
  const [ofNone, found] = [0, 1].map((is) => past.filter(({ finding }) => (finding === 0 ? 0 : 1) === is)) as [Past[], Past[]];
  const each = [...Map.groupBy(found, ({ finding }) => finding)].flatMap(([finding, all]) =>
    finding === present ? [] : [Math.min(...all.map(({ distance }) => distance))],
  );
  return [...ofNone.map(({ distance }) => distance), ...each].toSorted((a, b) => a - b)[1] ?? Number.NaN;
}

/** −log10 p of a magnitude among all past ones. */
export function rankTwin(past: readonly number[], magnitude: number): number {
  if (past.length < 30) return Number.NaN;
  const binOf = (value: number): number => Math.min(239, Math.floor(value / bin));
  const binned = past.map(binOf).toSorted((a, b) => b - a);
  const wanted = Math.max(8, 0.02 * past.length);
  // the tail: the `wanted` largest distances, the last of them in part, each spread evenly over its bin
  const inTail = binned.slice(0, Math.ceil(wanted));
  const edge = inTail.at(-1) ?? 0;
  if (inTail.length >= wanted && edge > 0) {
    const whole = binned.filter((one) => one > edge);
    const share = (wanted - whole.length) / binned.filter((one) => one === edge).length;
    const from = (edge + 1 - share) * bin;
    const sum = whole.reduce((all, one) => all + (one + 0.5) * bin, 0) + (wanted - whole.length) * (edge + 1 - share / 2) * bin;
    const scale = Math.max(0.02, sum / wanted - from);
    if (magnitude > from) return clipped(Math.log10(past.length / wanted) + (magnitude - from) / (scale * Math.LN10));
  }
  const own = binOf(magnitude);
  const part = own === 0 ? 1 : Math.max(0, own + 1 - magnitude / bin);
  const above = binned.filter((one) => one > own).length + part * binned.filter((one) => one === own).length;
  return clipped(Math.log10((past.length + 1) / (above + 1)));
}

const clipped = (surprise: number): number => Math.min(4, Math.max(0, surprise));

/** Consecutive samples that end with the last one, without a gap of more than 24 scans. */
function unbroken(samples: readonly Seen[], scanMs: number): readonly number[] {
  let from = 0;
  samples.forEach(({ time }, i) => {
    if (i > 0 && time - (samples[i - 1]?.time ?? 0) > 24 * scanMs) from = i;
  });
  return samples.slice(from).map(({ value }) => value);
}

/** Number of consecutive learned samples, without a gap, that end with the last one. */
function learnedRun(samples: readonly Seen[], stretch: readonly number[]): number {
  return Math.min(stretch.length, samples.length - 1 - samples.findLastIndex((sample) => !isRemembered(sample)));
}

const isLearned = ({ frozen = 'no' }: Seen): boolean => frozen === 'no';
const isRemembered = ({ frozen = 'no' }: Seen): boolean => frozen !== 'yes';

/**
 * For each sample: the samples without a gap that end with it, the number of the last consecutive learned ones, and the
 * finding of the last 24 learned ones, 0 for none.
 */
type Stretches = readonly { readonly values: readonly number[]; readonly learned: number; readonly finding: number }[];

/** Findings are numbered; between two of them a sample without a finding was learned. */
function findingAt(upTo: readonly Seen[]): number {
  const remembered = upTo.filter(isRemembered);
  const begins = remembered.filter((sample, i) => !isLearned(sample) && (i === 0 || isLearned(remembered[i - 1] as Seen)));
  return remembered.slice(-24).every(isLearned) ? 0 : begins.length;
}

/** All distances of the last sample, each from the definition. The past of one stretch joins that of the ones before. */
function distancesAt(samples: readonly Seen[], end: number, stretches: Stretches): number[] {
  const upTo = samples.slice(0, end + 1);
  const present = stretches[end]?.values ?? [];
  const finding = stretches[end - 1]?.finding ?? 0;
  const level = (width: number): number => {
    if (present.length < width) return Number.NaN;
    const past = upTo.flatMap((_, i) => {
      const values = stretches[i]?.values ?? [];
      // a level is stored if it shares no sample with the present one of its own stretch, and all samples up to it are learned
      const learned = stretches[i - 1]?.learned ?? 0;
      const isPast = values.length >= 2 * width && learned >= 2 * width - 1;
      return isPast ? [{ value: mean(values.slice(-2 * width, -width)), finding: stretches[i - 1]?.finding ?? 0 }] : [];
    });
    const now = mean(present.slice(-width));
    return second(
      past.map((one) => ({ distance: Math.abs(one.value - now), finding: one.finding })),
      finding,
    );
  };
  return [level(3), level(12), shape(upTo, present, stretches), day(upTo)];
}

function shape(upTo: readonly Seen[], present: readonly number[], stretches: Stretches): number {
  if (present.length < 24) return Number.NaN;
  const now = Array.from({ length: 12 }, (_, k) => mean(present.slice(-2 * k - 2, present.length - 2 * k)));
  // the samples learned before this one
  const pairs = upTo.slice(0, -1).flatMap((_, i) => {
    const { values = [], learned = 0, finding = 0 } = stretches[i] ?? {};
    return learned >= 2 ? [{ value: mean(values.slice(-2)), finding }] : [];
  });
  const at = (end: number): number[] => Array.from({ length: 12 }, (_, k) => pairs[end - 2 * k]?.value ?? Number.NaN);
  // no shape that shares a sample with the present one, counted from the last learned sample
  const since = upTo.length - 1 - upTo.slice(0, -1).findLastIndex(isRemembered);
  const newest = pairs.length - 1 - Math.max(0, 24 - since);
  const past = pairs.flatMap(({ finding }, end) => (end >= 22 && end <= newest ? [{ shape: at(end), finding }] : []));
  const distanceOf = (one: readonly number[]): number => Math.sqrt(mean(one.map((value, k) => (value - (now[k] ?? 0)) ** 2)));
  return second(
    past.map((one) => ({ distance: distanceOf(one.shape), finding: one.finding })),
    stretches[upTo.length - 2]?.finding ?? 0,
  );
}

function day(upTo: readonly Seen[]): number {
  const { time, value } = upTo.at(-1) ?? { time: 0, value: 0 };
  const slot = Math.floor(time / halfHourMs);
  const learned = upTo.slice(0, -1).filter(isLearned);
  const entries = Map.groupBy(learned, (sample) => Math.floor(sample.time / halfHourMs));
  const ranges = [...entries].flatMap(([key, all]) => {
    const apart = slot - key;
    const days = Math.round(apart / 48);
    const values = all.map((sample) => sample.value);
    return days >= 1 && Math.abs(apart - 48 * days) <= 1 ? [[Math.min(...values), Math.max(...values)] as const] : [];
  });
  return second(
    ranges.map(([low, high]) => ({ distance: Math.max(0, low - value, value - high), finding: 0 })),
    0,
  );
}

/**
 * Computes everything from the definitions for every sample; valid for fewer samples than the memory holds and fewer days than
 * 14.
 */
export function twin(all: readonly Seen[], scanMs = 1_000): { time: number; surprise: number }[] {
  const samples = counting(all, scanMs);
  const stretches = samples.map((_, i) => {
    const upTo = samples.slice(0, i + 1);
    const values = unbroken(upTo, scanMs);
    return { values, learned: learnedRun(upTo, values), finding: findingAt(upTo) };
  });
  const pasts: number[][] = [[], [], [], []];
  let resolution = Number.NaN;
  return samples.flatMap(({ time }, end) => {
    const { frozen = 'no' } = samples[end] ?? {};
    const values = samples.slice(0, end + 1).flatMap((sample) => (isLearned(sample) ? [sample.value] : []));
    if (Number.isNaN(resolution) && values.length >= 64 && frozen === 'no') {
      const scale = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
      if (scale > 0) {
        resolution = 1e-4 * scale;
        if (values.length > 64) for (const past of pasts) past.push(...Array.from({ length: values.length - 1 }, () => 0));
      }
    }
    if (Number.isNaN(resolution)) return [];
    const surprises = distancesAt(samples, end, stretches).flatMap((distance, view) => {
      if (Number.isNaN(distance)) return [];
      const past = pasts[view] ?? [];
      const magnitude = Math.log10(1 + distance / resolution);
      const surprise = rankTwin(past, magnitude);
      if (frozen !== 'yes') past.push(magnitude);
      return Number.isNaN(surprise) ? [] : [surprise];
    });
    return surprises.length === 0 ? [] : [{ time, surprise: mean(surprises) }];
  });
}
