import { joinKey } from '../../core/join.ts';
import { leastThreshold } from '../../detection/baseline/apply.ts';
import { isUsable, type Threshold } from '../../detection/engine/index.ts';
import type { Allowance } from './budget.ts';
import { type JointChannel, keepBudget } from './joint.ts';
import type { Learned, LearnedDetector } from './learned.ts';
import { type Maxima, part, without } from './maxima.ts';
import { countIn, mostFolds, raiseForHoldouts, silent, type BudgetScope, type Trial } from './promise.ts';
import { shortThreshold, timesTooShort } from './short.ts';
import { judged, staysNeeded, stayThreshold } from './stays.ts';
import { coarser, eventsAt, fitTails, type Tail, tailLevel } from './tail.ts';
import type { Unlearnable } from '../../detection/baseline/format.ts';

/** Share of the allowed alerts for detectors of vectors. They judge all tags at once, and have as much as all others together. */
const vectorShare = 0.5;
/** Largest ratio of a threshold to the highest observed surprise. */
const mostAboveSeen = 2;
/**
 * Least ratio of a threshold to the highest learned value, and what is added to it for each e-fold by which the threshold must hold
 * for longer than the calibration lasted. The extreme of normally distributed noise rises by 1/z² for each e-fold: 5 % for the
 * extreme of a month with a row each minute.
 */
const aboveKnown = 1.12;
const aboveKnownPerFold = 0.05;
/** Least threshold of a channel, as a share of the median threshold of its detector's channels with surprises. */
const quietShare = 0.5;
/** The same for a channel without any surprise, before a promise: the median of the others is then high because their data are few. */
const constantShare = 0.4;

/** Events from which on a channel whose surprise is a chance has a tail: with fewer the chance itself is the better estimate. */
const fewestEvents = 3;

/** Number of passing rows below which a share of rows is hardly an event. */
const fewPassing = 2;

/**
 * Number of parts that are left out once each when thresholds are fitted, and then judged by them. Parts are long enough to
 * contain a whole operation, and short enough that the fit loses little data.
 */
const trials = 12;

/** Fraction of blocks below the end of a finding. */
const calmQuantile = 0.95;
/** Factor by which the end of a finding exceeds the surprise of a constant channel. */
const calmMargin = 1.02;

/**
 * Highest threshold as a share of the largest surprise that a channel can have. At that surprise itself, a finding would need every tag of a
 * group to deviate as much as possible.
 */
const shareOfLargest = 0.9;

/** Thresholds of all statistical channels, with the alerts that they would have raised on holdout folds. */
export interface FittedThresholds {
  readonly byDetector: ReadonlyMap<string, Readonly<Record<string, Threshold>>>;
  /** Channels without a threshold, by detector and channel key. */
  readonly unwatched: ReadonlyMap<string, Readonly<Record<string, Unlearnable>>>;
  /** Alerts of the plant, then of each position. */
  readonly alerts: readonly number[];
  readonly trials: readonly PlacedTrial[];
}

/** A trial with the first block of its part. */
export interface PlacedTrial extends Trial {
  readonly from: number;
}

/** Input of a fit: maxima of holdout folds and of learned data, and the number of events that may pass. */
interface Fitted {
  readonly outOfFold: Maxima;
  readonly inSample: Maxima;
  readonly allowed: Allowance;
  /** End of each channel's findings, from the whole calibration; its parts hardly differ. */
  readonly ends: Float64Array;
  /** Stays in its mode for each block in which a channel is judged; NaN if it is always judged. */
  readonly staysPerBlock: Float64Array;
}

/**
 * Computes a threshold per channel from the surprises on holdout folds, so that all thresholds together keep the alarm budget.
 * Before the budget can be promised, thresholds rise gradually from the share of rows to the budget as the expected alerts grow,
 * so that no length of calibration causes a jump. If the parts of the calibration differ too much for a promise, no threshold of a
 * `graded` detector is within the learned range: only a promise can show how far below its edge a detector may report.
 */
export function fitThresholds(learned: Learned, allowed: Allowance, positions: readonly BudgetScope[] = []): FittedThresholds {
  const all = learned.detectors.filter(({ plugin }) => plugin.threshold === 'statistical');
  const statistical = all.filter(({ plugin }) => plugin.calibrated !== 'edge');
  const { outOfFold, inSample } = learned;
  const ends = Float64Array.from({ length: outOfFold.channels }, (_, i) => calmOf(inSample.of(i), outOfFold.of(i)));
  const whole = { outOfFold, inSample, allowed, ends, staysPerBlock: staysPerBlock(all, inSample, outOfFold) };
  const scopes = [{ areas: undefined, allowed: allowed.aim, provable: allowed.promised }, ...positions];
  const fitted = fitBudgeted(statistical, whole, scopes, 'budget');
  const fails = allowed.promised && (fitted.alerts[0] ?? 0) > allowed.aim;
  const budgeted = fails ? fitBudgeted(statistical, whole, scopes, 'beyond') : fitted;
  const channels = withinReach(
    allowed.promised
      ? budgeted.channels
      : raisedTowards(
          budgeted.channels,
          levelsOf(statistical, whole, 'rows'),
          weightsOf(statistical, outOfFold.channels, allowed),
        ),
    statistical,
    learned,
  );
  const edges = edgesOf(all, whole);
  const judging = channels.map((one, i) => edges[i] ?? one);
  // counted apart, so that an alert of both counts twice: the promise states rather too many
  const ofEdges = edges.map((one) => one ?? silent);
  const alerts = scopes.map((one, i) =>
    allowed.promised ? (budgeted.alerts[i] ?? 0) + countIn(one, outOfFold, ofEdges) : countIn(one, outOfFold, judging),
  );
  const byDetector = new Map<string, Readonly<Record<string, Threshold>>>();
  const unwatched = new Map<string, Readonly<Record<string, Unlearnable>>>();
  for (const { name, channels: own, offset, idle } of all) {
    const levels = own.map(({ key }, i) => ({
      key,
      channel: offset + i,
      idle: idle[i] ?? false,
      ...(judging[offset + i]?.threshold ?? never),
    }));
    const watches = (level: (typeof levels)[number]): boolean => isUsable(level) && level.idle === false;
    const [usable, unusable] = [levels.filter(watches), levels.filter((level) => !watches(level))];
    byDetector.set(
      name,
      Object.fromEntries(usable.map(({ key, begin, end }) => [key, { begin: rounded(begin), end: rounded(end) }])),
    );
    if (unusable.length > 0)
      unwatched.set(
        name,
        Object.fromEntries(
          unusable.map((level) => {
            if (typeof level.idle === 'string') return [level.key, { cause: level.idle }];
            return [level.key, isUsable(level) ? { cause: 'nothing' } : lackOf(whole, level.channel)];
          }),
        ),
      );
  }
  const placed = budgeted.trials.map((trial) => ({ ...trial, channels: trial.channels.map((one, i) => edges[i] ?? one) }));
  return { byDetector, unwatched, alerts, trials: placed };
}

/** By channel: a band that ages has its own bound, which no budget moves. The bands of few stays in a mode are too narrow for the next one. */
function edgesOf(
  all: readonly LearnedDetector[],
  { outOfFold, staysPerBlock: perBlocks, allowed }: Fitted,
): (JointChannel | undefined)[] {
  const edges: (JointChannel | undefined)[] = Array.from({ length: outOfFold.channels });
  const ageing = all.filter(({ plugin }) => plugin.calibrated === 'edge');
  const expected = allowed.aim / ageing.reduce((sum, { channels }) => sum + channels.length, 1);
  for (const { name, channels: own, offset, edges: narrowed } of ageing)
    own.forEach((channel, i) => {
      const perBlock = perBlocks[offset + i] as number;
      const within = judged(outOfFold.of(offset + i));
      const begin = Number.isNaN(perBlock)
        ? (narrowed?.[i] ?? 1)
        : Math.max(1, stayThreshold(within, perBlock * within.length, expected));
      edges[offset + i] = {
        detector: name,
        key: joinKey(channel),
        area: channel.area,
        threshold: { begin, end: begin },
        scale: 0,
      };
    });
  return edges;
}

/** Thresholds that keep the budget of each scope on holdout parts as far as possible, with these parts. */
function fitBudgeted(
  statistical: readonly LearnedDetector[],
  whole: Fitted,
  scopes: readonly BudgetScope[],
  by: Exclude<Limit, 'rows'>,
): ReturnType<typeof raiseForHoldouts> & { readonly trials: readonly PlacedTrial[] } {
  const trials = trialsOf(statistical, whole, by);
  return { ...raiseForHoldouts(levelsOf(statistical, whole, by), trials, scopes), trials };
}

/**
 * Lowers thresholds that hardly any deviation could exceed, as far as normal operation permits. A tail is fitted without knowledge of the
 * largest surprise that its channel can have. No surprise of the calibration exceeds a lowered threshold. A channel without a threshold gets none.
 */
function withinReach(
  channels: readonly JointChannel[],
  statistical: readonly LearnedDetector[],
  { outOfFold, inSample }: Learned,
): readonly JointChannel[] {
  const lowered = [...channels];
  for (const { largest, offset } of statistical)
    largest.forEach((own, i) => {
      const channel = channels[offset + i] as JointChannel;
      const { begin, end } = channel.threshold;
      const limit = shareOfLargest * (own ?? Number.POSITIVE_INFINITY);
      const seen = Math.max(highest(outOfFold.of(offset + i)), highest(inSample.of(offset + i)));
      if (isUsable(channel.threshold) && begin > limit && limit > seen)
        lowered[offset + i] = { ...channel, threshold: { begin: limit, end: Math.min(end, limit) } };
    });
  return lowered;
}

/** Reason why a channel has no threshold, and the data needed for one. */
function lackOf({ outOfFold, staysPerBlock: perBlocks, allowed }: Fitted, channel: number): Unlearnable {
  const perBlock = perBlocks[channel] as number;
  if (Number.isNaN(perBlock)) {
    // a promised budget has a threshold for every channel
    const needsDays = Math.min(allowed.days * timesTooShort(outOfFold.of(channel)), allowed.days + allowed.missingDays);
    return { cause: 'short', needsDays: rounded(needsDays) };
  }
  const within = judged(outOfFold.of(channel));
  const tried = perBlock * within.length;
  const needed = staysNeeded(within, tried, allowed.aim);
  const stays = Math.round(tried);
  return {
    cause: 'stays',
    stays,
    ...(needed === undefined ? {} : { needsDays: rounded((allowed.days * needed) / Math.max(1, stays)) }),
  };
}

/**
 * Weight, 0–1, of a tail in the threshold of a detector that scales its surprise by rows. With hardly any row allowed above the
 * threshold, that scale alone is the better estimate.
 */
const tailWeightOf = (rows: number): number => Math.min(1, Math.max(0, rows / fewPassing - 1));

/** By channel: weight of the budget's threshold against that of the share of rows. */
function weightsOf(statistical: readonly LearnedDetector[], channels: number, { weight, rows }: Allowance): Float64Array {
  const weights = new Float64Array(channels).fill(weight);
  const ofTried = weight * tailWeightOf(rows);
  for (const { plugin, channels: own, offset } of statistical)
    if (plugin.calibrated !== undefined) weights.fill(ofTried, offset, offset + own.length);
  return weights;
}

/** Thresholds of the row fit, raised towards those of the budget fit on a logarithmic scale. */
const raisedTowards = (budgeted: readonly JointChannel[], rows: readonly JointChannel[], weights: Float64Array): JointChannel[] =>
  rows.map((one, i) => {
    const { begin } = one.threshold;
    const ratio = (budgeted[i]?.threshold.begin ?? begin) / begin;
    return { ...one, threshold: { ...one.threshold, begin: ratio > 1 ? begin * ratio ** (weights[i] as number) : begin } };
  });

/** Leaves out each part once: thresholds fitted to the others, and the maxima to test them on. */
function trialsOf(statistical: readonly LearnedDetector[], whole: Fitted, by: Limit): PlacedTrial[] {
  const { outOfFold, inSample, allowed } = whole;
  const share = 1 - 1 / trials;
  const less = { ...allowed, aim: allowed.aim * share, rows: allowed.rows * share };
  return Array.from({ length: trials }, (_, trial) => {
    const from = Math.floor((trial * outOfFold.blocks) / trials);
    const to = Math.floor(((trial + 1) * outOfFold.blocks) / trials);
    const rest = { ...whole, outOfFold: without(outOfFold, from, to), inSample: without(inSample, from, to), allowed: less };
    return { from, channels: levelsOf(statistical, rest, by), maxima: part(outOfFold, from, to) };
  });
}

function staysPerBlock(statistical: readonly LearnedDetector[], inSample: Maxima, outOfFold: Maxima): Float64Array {
  // the detector that has learned everything scores at least where a copy with less data does
  const blocksOf = (channel: number): number =>
    Math.max(judged(inSample.of(channel)).length, judged(outOfFold.of(channel)).length);
  const perBlock = new Float64Array(inSample.channels).fill(Number.NaN);
  for (const { stays, offset } of statistical)
    stays.forEach((count, i) => {
      if (count !== undefined) perBlock[offset + i] = count / Math.max(1, blocksOf(offset + i));
    });
  return perBlock;
}

/** Limit of a fit: the alarm budget, the budget with thresholds `beyond` the learned range, or a share of rows where a budget proves nothing. */
type Limit = 'budget' | 'beyond' | 'rows';

/** Least threshold of a detector. A promise determines by itself how far below the edge of the learned range, 1, it may report. */
const leastOf = (plugin: LearnedDetector['plugin'], by: Limit): number =>
  by === 'rows' || (by !== 'budget' && plugin.graded === true) ? 1 : leastThreshold(plugin);

/** Applies one rule from maxima to thresholds to all channels. */
function levelsOf(
  statistical: readonly LearnedDetector[],
  { outOfFold, inSample, allowed, ends, staysPerBlock }: Fitted,
  by: Limit,
): readonly JointChannel[] {
  // a detector with nothing to say of these tags needs no part of what may pass
  const speaking = statistical.map((detector) => {
    const tails = fitTails(detector.channels.map((_, index) => outOfFold.of(detector.offset + index)));
    return { detector, tails, count: tails.filter(({ highest }) => highest > 0).length };
  });
  const heard = speaking.filter(({ count }) => count > 0);
  const vectors = heard.filter(({ detector }) => detector.plugin.input === 'vector').length;
  const others = heard.length - vectors;
  const every = heard.reduce((sum, { detector }) => sum + detector.channels.length, 0);
  // a detector that scales its surprise on the share of rows has the threshold 1 if the budget permits more, and with few rows;
  // before the promise, `weightsOf` keeps it there
  const tailWeight = allowed.promised ? tailWeightOf(allowed.rows) : 1;
  const joint: JointChannel[] = Array.from({ length: outOfFold.channels }, () => ({
    detector: '',
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
    const passing = by === 'rows' ? allowed.rows : Math.min(allowed.aim * share, allowed.rows);
    const expected = passing / Math.max(1, kinds * count);
    const levels = quietOnes(
      tails.map((tail, index) => {
        const channel = offset + index;
        const known = highest(inSample.of(channel));
        const fit = (): number => {
          if (plugin.calibrated === 'chance' && isRare(outOfFold.of(channel))) return Math.max(1, aboveLearned(expected, known));
          if (plugin.calibrated === true && passing === allowed.rows) return 1;
          if (by === 'rows') return shortThreshold(outOfFold.of(channel), known, allowed.rows / every, allowed.weight);
          return channelThreshold(tail, expected, known) ** (plugin.calibrated === true ? tailWeight : 1);
        };
        const perBlock = staysPerBlock[channel] as number;
        if (Number.isNaN(perBlock)) return fit();
        const within = judged(outOfFold.of(channel));
        return Math.max(fit(), stayThreshold(within, perBlock * within.length, expected));
      }),
      leastOf(plugin, by),
      by === 'rows' ? constantShare : quietShare,
    );
    channels.forEach((channel, i) => {
      const end = ends[offset + i] as number;
      joint[offset + i] = {
        detector: detector.name,
        key: joinKey(channel),
        area: channel.area,
        threshold: { begin: levels[i] as number, end },
        scale: scaleWithin(tails[i], levels[i] as number),
      };
    });
  }
  return by === 'rows' ? joint : keepBudget(outOfFold, joint, allowed.aim).channels;
}

const never: Threshold = { begin: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const rounded = (value: number): number => Number(value.toPrecision(6));

/** Value that a channel's blocks usually stay below, learned or not: with few rows, learned data look too calm. */
function calmOf(inSample: Float32Array, outOfFold: Float32Array): number {
  const usual = (maxima: Float32Array): number => {
    const sorted = Float32Array.from(maxima).sort();
    return sorted[Math.floor(calmQuantile * (sorted.length - 1))] ?? 0;
  };
  return calmMargin * Math.max(usual(inSample), usual(outOfFold));
}

function channelThreshold(tail: Tail, expected: number, known: number): number {
  return Math.max(Math.min(tailLevel(tail, expected), mostAboveSeen * tail.highest), aboveLearned(expected, known));
}

/** True if too few events of a channel reach the surprise 1 to show a tail. */
const isRare = (maxima: Float32Array): boolean => eventsAt(coarser(maxima), 1) < fewestEvents;

/** Least threshold above the highest value of learned data. */
const aboveLearned = (expected: number, known: number): number =>
  (aboveKnown + aboveKnownPerFold * Math.max(0, -Math.log(expected))) * known;

/** Scale of a tail, as far as the rarest threshold stays within the largest ratio to what was seen: coarse surprises fit no tail. */
const scaleWithin = (tail: Tail | undefined, begin: number): number =>
  tail === undefined ? 0 : Math.min(tail.scale, Math.max(0, mostAboveSeen * tail.highest - begin) / mostFolds);

/**
 * Raises low thresholds, and assigns one to channels without surprises in normal operation.
 * @param constant share of the median for the latter
 */
function quietOnes(levels: readonly number[], least: number, constant: number): number[] {
  const sorted = levels.filter((level) => level > 0 && level < Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 2;
  return levels.map((level) => Math.max(level, least, (level > 0 ? quietShare : constant) * median));
}

function highest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
