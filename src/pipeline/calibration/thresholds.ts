import { joinKey } from '../../core/join.ts';
import type { Threshold } from '../engine/index.ts';
import type { Allowance } from './budget.ts';
import { type JointChannel, keepBudget } from './joint.ts';
import type { Learned, LearnedDetector } from './learned.ts';
import { type Maxima, part, without } from './maxima.ts';
import { countIn, keepPromise, type Share, type Trial } from './promise.ts';
import { shortThreshold } from './short.ts';
import { judged, stayThreshold } from './stays.ts';
import { fitTail, type Tail, tailLevel } from './tail.ts';

/** Detectors over vectors judge all tags at once: together they have as much as all the others together. */
const vectorShare = 0.5;
/** A threshold is at most this many times the highest surprise that was seen. */
const mostAboveSeen = 2;
/**
 * What the whole calibration taught is known to the baseline; it stays below the threshold by this factor, and by so much
 * more for each e-fold by which the threshold must hold for longer than the calibration was.
 */
const aboveKnown = 1.1;
const aboveKnownPerFold = 0.07;
/** A channel that saw nothing takes this share of the median threshold of its detector's others. */
const quietShare = 0.5;

/**
 * Parts of which each is once left out when the thresholds are fitted, and judged by them: long enough that an act lies in one,
 * so many that a fit lacks little.
 */
const trials = 12;

/** A finding is over when its channel is where this share of blocks are at most. */
const calmQuantile = 0.95;
/** A channel that rests on one value must be under its end there. */
const calmMargin = 1.02;

/** Thresholds of all statistical channels, and what they would have raised on the parts kept out. */
export interface FittedThresholds {
  readonly byDetector: ReadonlyMap<string, Readonly<Record<string, Threshold>>>;
  /** Of the whole plant, then of each position. */
  readonly alerts: readonly number[];
}

/** What thresholds are fitted to: the maxima of parts kept out, those of what is known, and what may pass in that time. */
interface Fitted {
  readonly outOfFold: Maxima;
  readonly inSample: Maxima;
  /** Of the calibration, that what is known was tried on. */
  readonly share: number;
  readonly allowed: Allowance;
  /** Where each channel's findings are over; of the whole calibration, of which no part says much else. */
  readonly ends: Float64Array;
  /** Stays in its mode for each block in which a channel is judged; NaN for one that is judged always. */
  readonly staysPerBlock: Float64Array;
}

/** From the surprises of parts kept out to a threshold per channel that together keep the alarm budget. */
export function fitThresholds(learned: Learned, allowed: Allowance, positions: readonly Share[] = []): FittedThresholds {
  const statistical = learned.detectors.filter(({ plugin }) => plugin.threshold === 'statistical');
  const { outOfFold, inSample, share } = learned;
  const ends = Float64Array.from({ length: outOfFold.channels }, (_, i) => calmOf(inSample.of(i), outOfFold.of(i)));
  const whole = { outOfFold, inSample, share, allowed, ends, staysPerBlock: staysPerBlock(statistical, inSample, outOfFold) };
  const fitted = levelsOf(statistical, whole);
  const shares = [{ areas: undefined, allowed: allowed.alerts }, ...positions];
  const { channels, alerts } = allowed.promised
    ? keepPromise(fitted, trialsOf(statistical, whole), shares)
    : { channels: fitted, alerts: shares.map((share) => countIn(share, outOfFold, fitted)) };
  const byDetector = new Map(
    statistical.map(({ name, channels: own, offset }) => [
      name,
      Object.fromEntries(
        own.map(({ key }, i) => {
          const { begin, end } = channels[offset + i]?.threshold ?? never;
          return [key, { begin: rounded(begin), end: rounded(end) }];
        }),
      ),
    ]),
  );
  return { byDetector, alerts };
}

/** Each part once left out of the fit: the thresholds that follow from the others, and the maxima to try them on. */
function trialsOf(statistical: readonly LearnedDetector[], whole: Fitted): Trial[] {
  const { outOfFold, inSample, allowed } = whole;
  const share = 1 - 1 / trials;
  const less = { ...allowed, alerts: allowed.alerts * share, rows: allowed.rows * share };
  return Array.from({ length: trials }, (_, trial) => {
    const from = Math.floor((trial * outOfFold.blocks) / trials);
    const to = Math.floor(((trial + 1) * outOfFold.blocks) / trials);
    const rest = { ...whole, outOfFold: without(outOfFold, from, to), inSample: without(inSample, from, to), allowed: less };
    return { channels: levelsOf(statistical, rest), maxima: part(outOfFold, from, to) };
  });
}

function staysPerBlock(statistical: readonly LearnedDetector[], inSample: Maxima, outOfFold: Maxima): Float64Array {
  // who knows all judges at least where a copy does that knows less, but after an excerpt only there
  const blocksOf = (channel: number): number =>
    Math.max(judged(inSample.of(channel)).length, judged(outOfFold.of(channel)).length);
  const perBlock = new Float64Array(inSample.channels).fill(Number.NaN);
  for (const { stays, offset } of statistical)
    stays.forEach((count, i) => {
      if (count !== undefined) perBlock[offset + i] = count / Math.max(1, blocksOf(offset + i));
    });
  return perBlock;
}

/** One rule from maxima to thresholds for all channels. */
function levelsOf(
  statistical: readonly LearnedDetector[],
  { outOfFold, inSample, share: tried, allowed, ends, staysPerBlock }: Fitted,
): readonly JointChannel[] {
  // a detector with nothing to say of these tags needs no part of what may pass
  const speaking = statistical.map((detector) => {
    const tails = detector.channels.map((_, index) => fitTail(outOfFold.of(detector.offset + index)));
    return { detector, tails, count: tails.filter(({ highest }) => highest > 0).length };
  });
  const heard = speaking.filter(({ count }) => count > 0);
  const vectors = heard.filter(({ detector }) => detector.plugin.input === 'vector').length;
  const others = heard.length - vectors;
  const every = heard.reduce((sum, { detector }) => sum + detector.channels.length, 0);
  const joint: JointChannel[] = Array.from({ length: outOfFold.channels }, () => ({
    key: '',
    area: '',
    threshold: never,
    scale: 0,
  }));
  for (const { detector, tails, count } of speaking) {
    const { plugin, channels, offset } = detector;
    const isVector = plugin.input === 'vector';
    const kinds = isVector ? vectors : others;
    const share = others === 0 || vectors === 0 ? 1 : isVector ? vectorShare : 1 - vectorShare;
    const passing = allowed.promised ? Math.min(allowed.alerts * share, allowed.rows) : allowed.rows;
    const expected = passing / Math.max(1, kinds * count);
    const levels = quietOnes(
      tails.map((tail, index) => {
        const channel = offset + index;
        const known = highestOf(inSample.of(channel), tried);
        // where the budget allows more than the share of rows, a detector that tried itself on that share has decided
        const own =
          plugin.calibrated && passing === allowed.rows
            ? 1
            : allowed.promised
              ? channelThreshold(tail, expected, known)
              : shortThreshold(outOfFold.of(channel), known, allowed.rows / every);
        const perBlock = staysPerBlock[channel] as number;
        if (Number.isNaN(perBlock)) return own;
        const within = judged(outOfFold.of(channel));
        return Math.max(own, stayThreshold(within, perBlock * within.length, expected));
      }),
      // surprise within 1 is within what was learned; a promise finds by itself how far below that it may be heard
      allowed.promised ? 0 : 1,
    );
    channels.forEach((channel, i) => {
      const end = ends[offset + i] as number;
      joint[offset + i] = {
        key: joinKey(channel),
        area: channel.area,
        threshold: { begin: levels[i] as number, end },
        scale: tails[i]?.scale ?? 0,
      };
    });
  }
  return allowed.promised ? keepBudget(outOfFold, joint, allowed.alerts).channels : joint;
}

const never: Threshold = { begin: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const rounded = (value: number): number => Number(value.toPrecision(6));

/** What a channel's blocks stay under most of the time, known or not: few rows make what was learned look calmer than it is. */
function calmOf(inSample: Float32Array, outOfFold: Float32Array): number {
  const usual = (maxima: Float32Array): number => {
    const sorted = Float32Array.from(maxima).sort();
    return sorted[Math.floor(calmQuantile * (sorted.length - 1))] ?? 0;
  };
  return calmMargin * Math.max(usual(inSample), usual(outOfFold));
}

function channelThreshold(tail: Tail, expected: number, known: number): number {
  const folds = Math.max(0, -Math.log(expected));
  const seen = Math.min(tailLevel(tail, expected), mostAboveSeen * tail.highest);
  return Math.max(seen, (aboveKnown + aboveKnownPerFold * folds) * known);
}

/** Gives a threshold to channels on which normal running has been silent. */
function quietOnes(levels: readonly number[], least: number): number[] {
  const sorted = levels.filter((level) => level > 0 && level < Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  const quiet = Math.max(least, quietShare * (sorted[sorted.length >> 1] ?? 2));
  return levels.map((level) => Math.max(level, quiet));
}

/** The highest of the whole: where a share was tried, what is passed once in all of it. */
function highestOf(maxima: Float32Array, share: number): number {
  const most = highest(maxima);
  if (share === 1) return most;
  return Math.max(most, Math.min(mostAboveSeen * most, tailLevel(fitTail(judged(maxima), 0), share)));
}

function highest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
