import {
  type Channel,
  type Detector,
  type DetectorFactory,
  type DetectorPlugin,
  type Json,
  runningStateOf,
} from '../../core/detector.ts';
import type { LearnedStates } from '../../detection/engine/index.ts';
import { BlockMaxima, type MaximaMessage } from './maxima.ts';
import type { Moment } from './moments.ts';

/** A detector after learning. */
export interface LearnedDetector {
  readonly name: string;
  readonly plugin: Pick<DetectorPlugin, 'input' | 'threshold' | 'calibrated' | 'graded'>;
  readonly channels: readonly Channel[];
  /** Row of its first channel in the maxima. Only detectors with statistical thresholds have rows there. */
  readonly offset: number;
  readonly baseline: Json;
  /** By channel: number of separate stays in its mode that were learned, see `Detector`. */
  readonly stays: readonly (number | undefined)[];
  /** By channel: true if it has learned nothing by which it could judge, or why there is nothing to compare (`Unlearnable`). */
  readonly idle: readonly (boolean | 'unmoved' | 'absent')[];
  /** By channel: the largest surprise that it can have, see `Detector`. */
  readonly largest: readonly (number | undefined)[];
  /** By channel of a band that ages: where a finding begins after an exclusion, as a share of what was learned with the excluded time. */
  readonly edges?: readonly number[];
}

/** Result of learning, from which baselines and, with an alarm budget, thresholds are computed. */
export interface Learned {
  /** ms UTC of the first and last observation. */
  readonly from: number;
  readonly to: number;
  /** Observed stream time, ms. */
  readonly coveredMs: number;
  /** Scan periods in that time. */
  readonly rows: number;
  /** States of status tags that occurred. */
  readonly states?: LearnedStates | undefined;
  readonly detectors: readonly LearnedDetector[];
  /** Maxima of parts of the data, by detectors that have not learned them. */
  readonly outOfFold: BlockMaxima;
  /** Maxima of all data, by detectors that have learned them. */
  readonly inSample: BlockMaxima;
  /** Explanations of the largest surprises of channels on parts of the data that the explaining detectors have not learned. */
  readonly moments: readonly Moment[];
}

/** The same as a message between threads. */
export interface LearnedMessage extends Omit<Learned, 'outOfFold' | 'inSample'> {
  readonly channels: number;
  readonly blocks: number;
  readonly outOfFold: MaximaMessage;
  readonly inSample: MaximaMessage;
}

export function learnedMessage({ outOfFold, inSample, detectors, ...rest }: Learned): LearnedMessage {
  const { channels, blocks } = outOfFold;
  // only the needed part of a plug-in, because functions cannot be sent
  const plain = detectors.map(({ plugin: { input, threshold, calibrated, graded }, ...detector }) => ({
    ...detector,
    plugin: {
      input,
      threshold,
      ...(calibrated === undefined ? {} : { calibrated }),
      ...(graded === undefined ? {} : { graded }),
    },
  }));
  return { ...rest, detectors: plain, channels, blocks, outOfFold: outOfFold.toMessage(), inSample: inSample.toMessage() };
}

export function learnedOf({ channels, blocks, outOfFold, inSample, ...rest }: LearnedMessage): Learned {
  return {
    ...rest,
    outOfFold: new BlockMaxima(channels, blocks, outOfFold),
    inSample: new BlockMaxima(channels, blocks, inSample),
  };
}

/**
 * Joins results of threads that learned from the same data and shared the detectors, or the channels of one. Equals the result of
 * a single thread.
 * @param factories factories of all detectors with all of their channels
 */
export function joinLearned(parts: readonly Learned[], factories: readonly DetectorFactory[]): Learned {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first as Learned;
  const sources: { readonly part: Learned; readonly row: number }[] = [];
  const detectors = factories.map((factory): LearnedDetector => {
    const { name, plugin } = factory;
    const own = parts.flatMap((part) =>
      part.detectors.filter((learned) => learned.name === name).map((learned) => ({ part, learned })),
    );
    const { channels, baseline, ...judging } = whole(
      factory,
      own.map(({ learned }) => learned),
    );
    const offset = sources.length;
    if (plugin.threshold === 'statistical') {
      const rows = new Map(
        own.flatMap(({ part, learned }) => learned.channels.map(({ key }, i) => [key, { part, row: learned.offset + i }])),
      );
      for (const { key } of channels) sources.push(rows.get(key) as { part: Learned; row: number });
    }
    return { name, plugin, channels, offset, baseline, ...judging };
  });
  const joined = (which: 'outOfFold' | 'inSample'): BlockMaxima => {
    const { blocks, startedAt } = first[which];
    const maxima = new BlockMaxima(sources.length, blocks);
    maxima.startedAt.set(startedAt);
    sources.forEach(({ part, row }, channel) => maxima.of(channel).set(part[which].of(row)));
    return maxima;
  };
  const moments = sources.flatMap(({ part, row }, channel) =>
    part.moments.filter((moment) => moment.channel === row).map((moment) => ({ ...moment, channel })),
  );
  return { ...first, detectors, outOfFold: joined('outOfFold'), inSample: joined('inSample'), moments };
}

/** A detector of all channels, joined from detectors that learned some of them each. */
function whole(
  factory: DetectorFactory,
  parts: readonly LearnedDetector[],
): Pick<LearnedDetector, 'channels' | 'baseline' | keyof Judging> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) {
    const { channels, baseline, stays, idle, largest } = only;
    return { channels, baseline, stays, idle, largest };
  }
  const detector = factory.create();
  const baseline = parts.map((part) => part.baseline).reduce(joinJson);
  // the detector decides if that is a valid baseline
  detector.restore({ baseline, running: runningStateOf(detector) });
  return {
    channels: detector.channels,
    baseline: detector.snapshot().baseline,
    ...judgingOf(detector),
  };
}

type Judging = Pick<LearnedDetector, 'stays' | 'idle' | 'largest'>;

/** What a detector states of its channels after learning. */
export const judgingOf = (detector: Detector): Judging => ({
  stays: detector.channels.map((_, channel) => detector.stays?.(channel)),
  idle: detector.channels.map((_, channel) => idleOf(detector, channel)),
  largest: detector.channels.map((_, channel) => detector.largestSurprise?.(channel)),
});

function idleOf(detector: Detector, channel: number): LearnedDetector['idle'][number] {
  if (detector.judges?.(channel) !== false) return false;
  if (detector.unmoved?.(channel) === true) return 'unmoved';
  return detector.absent?.(channel) === true ? 'absent' : true;
}

/** Merges two objects; common entries appear once. */
function joinJson(a: Json, b: Json): Json {
  if (!isObject(a) || !isObject(b)) return a;
  const joined: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) joined[key] = key in joined ? joinJson(joined[key] as Json, value) : value;
  return joined;
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
