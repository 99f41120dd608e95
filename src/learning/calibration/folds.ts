import type { Detector, DetectorFactory, DetectorPlugin, Report, Surprises } from '../../core/detector.ts';
import { type Observation, observeEvent } from '../../core/observation.ts';
import type { EngineSettings } from '../../detection/engine/index.ts';
import { Feed } from '../../detection/feed/feed.ts';
import { BlockMaxima } from './maxima.ts';
import { Moments } from './moments.ts';
import type { Survey } from './survey.ts';
import type { LearnOptions } from './types.ts';

/** Number of blocks of the stream whose maxima are kept. */
const mostBlocks = 1_500;
/** Fraction of a fold that its detectors process before it, to initialise their running state. */
const warmUp = 0.1;

/**
 * Observations that each copy processes before the next copy. The state of all copies exceeds a processor's cache, that of one
 * does not.
 */
const longestStretch = 32;
/** The same for detectors of vectors, of which there are few in a minute. */
const longestVectorStretch = 512;

/** Cost of a group's fit for each pair of its tags, in samples of one detector: 2 s of 48 tags against 40 ns. */
const samplesPerPair = 20_000;

const silent: Report = Object.assign(() => {}, { many: () => {} });

/** Unlearned copies of one detector: one that learns everything, and one per fold if its thresholds are statistical. */
export interface Member {
  readonly factory: DetectorFactory;
  readonly folds: readonly Detector[];
  readonly whole: Detector;
  /** First row of its channels in the maxima. */
  readonly offset: number;
  readonly keepOutOfFold: Report;
  readonly keepInSample: Report;
}

/**
 * Runs all detectors over the same data. Each fold's copies leave out one contiguous block. First come all learning passes, then
 * a pass that scores each block by the copies without it, and everything by the copies with it. Blocks are contiguous, because
 * neighbouring rows are similar and would reveal each other.
 * Before its block, a fold's copy would learn the same as the copy of everything. Therefore it copies that state in the first
 * pass.
 */
export class FoldRun {
  readonly members: readonly Member[];
  readonly outOfFold: BlockMaxima;
  readonly inSample: BlockMaxima;
  readonly moments: Moments;
  readonly learningPasses: number;
  readonly #options: LearnOptions;
  readonly #settings: EngineSettings;
  readonly #survey: Survey;
  readonly #folds: number;
  #row = 0;
  #block = 0;
  /** The present fold, and the one for which its detectors have begun to warm up. */
  #held = 0;
  #ahead = 0;
  /** Data that are not yet learned or scored, and those that only detectors of vectors have not processed. */
  readonly #stretch: Observation[] = [];
  readonly #vectors: Observation[] = [];
  readonly #take = (seen: Observation): void => void this.#stretch.push(seen);
  #feed: Feed;

  constructor(options: LearnOptions, settings: EngineSettings, survey: Survey, folds: number) {
    this.#options = options;
    this.#settings = settings;
    this.#survey = survey;
    this.#folds = folds;
    let offset = 0;
    this.members = options.detectors
      .filter(({ plugin }) => plugin.threshold === 'statistical' || plugin.passes > 0)
      .map((factory): Member => {
        const start = offset;
        const whole = factory.create();
        const statistical = factory.plugin.threshold === 'statistical';
        if (statistical) offset += whole.channels.length;
        return {
          factory,
          whole,
          folds: Array.from({ length: statistical ? folds : 0 }, () => factory.create()),
          offset: start,
          keepOutOfFold: this.#keeping(start),
          keepInSample: statistical ? this.#keepingInSample(start) : silent,
        };
      });
    const blocks = Math.max(1, Math.min(mostBlocks, survey.observations));
    this.outOfFold = new BlockMaxima(offset, blocks);
    this.inSample = new BlockMaxima(offset, blocks);
    this.moments = new Moments(offset, blocks, options.tags);
    this.learningPasses = Math.max(0, ...this.members.map(({ factory }) => factory.plugin.passes));
    this.#feed = this.#freshFeed();
  }

  /** Keeps what a fold's copy of a detector reports. @param start first row of the detector in the maxima */
  #keeping(start: number): Report {
    const keep = (channel: number, _time: number, surprise: number): void => {
      this.outOfFold.add(start + channel, this.#block, surprise);
      if (surprise > 1) this.moments.note(start + channel, this.#block, surprise);
    };
    const many = (surprises: Surprises): void => {
      if (!(this.outOfFold.addAll(start, this.#block, surprises) > 1)) return;
      const { length, channel, surprise } = surprises;
      for (let i = 0; i < length; i++)
        if ((surprise[i] as number) > 1) this.moments.note(start + (channel[i] as number), this.#block, surprise[i] as number);
    };
    return Object.assign(keep, { many });
  }

  #keepingInSample(start: number): Report {
    const keep = (channel: number, _time: number, surprise: number): void =>
      this.inSample.add(start + channel, this.#block, surprise);
    return Object.assign(keep, {
      many: (surprises: Surprises): void => void this.inSample.addAll(start, this.#block, surprises),
    });
  }

  /** Cost of a pass, in observations per detector and observation of the data. */
  work(pass: number): number {
    const visits = this.members.map(({ factory: { plugin }, folds }) => {
      if (pass === this.learningPasses) return (folds.length > 0 ? 1 + warmUp : 0) + 1;
      if (plugin.passes <= pass) return 0;
      // before its own part a fold's copy learns nothing in the first pass
      const others = Math.max(0, folds.length - 1) / (pass === 0 && plugin.input === 'sample' ? 2 : 1);
      return 1 + others;
    });
    // reading costs about as much as one detector
    return visits.reduce((sum, one) => sum + one, 1);
  }

  /** Cost of the fits of vector detectors at the end of a pass, in the same unit. */
  fitting(pass: number): number {
    const fits = this.members
      .filter(({ factory: { plugin } }) => plugin.input === 'vector' && plugin.passes === pass + 1)
      .reduce((sum, { folds }) => sum + folds.length + 1, 0);
    const pairs = this.#options.groups.reduce((sum, { tags }) => sum + tags.length ** 2, 0);
    const samples = this.#survey.samples.reduce((sum, count) => sum + count, 0);
    return (fits * pairs * samplesPerPair) / Math.max(1, samples);
  }

  /** Call before each pass over the data. */
  begin(pass: number): void {
    this.#row = 0;
    this.#held = 0;
    this.#ahead = 0;
    this.#block = 0;
    this.#feed = this.#freshFeed();
    if (pass < this.learningPasses) this.#announce(pass === 0 ? 'begin' : 'pass', pass, ({ passes }) => passes > pass);
  }

  learn(observation: Observation, pass: number): void {
    const held = this.#foldOf(this.#row);
    const isElsewhere = held !== this.#held;
    if (isElsewhere || this.#stretch.length >= longestStretch) this.#learnStretch(pass, isElsewhere);
    if (held !== this.#held && pass === 0) this.#handOver(held);
    this.#held = held;
    this.#feed.observe(observation, this.#take);
    this.#row++;
  }

  score(observation: Observation): void {
    const { blocks, startedAt } = this.outOfFold;
    const fold = this.#foldOf(this.#row);
    const ahead = this.#foldOf(this.#row + Math.floor((warmUp * this.#survey.observations) / this.#folds));
    const block = Math.min(blocks - 1, Math.floor((this.#row * blocks) / this.#survey.observations));
    const isElsewhere = ahead !== this.#ahead || fold !== this.#held || block !== this.#block;
    if (isElsewhere || this.#stretch.length >= longestStretch) this.#scoreStretch(isElsewhere);
    this.#held = fold;
    this.#ahead = ahead;
    this.#block = block;
    this.#feed.observe(observation, this.#take);
    if (Number.isNaN(startedAt[block])) startedAt[block] = this.#feed.time;
    this.#row++;
  }

  /**
   * Call after each pass.
   * @param fitted receives the progress of the fits at its end, 0–1
   */
  end(pass: number, fitted: (share: number) => void = () => {}): void {
    if (pass === this.learningPasses) this.#scoreStretch(true);
    else {
      this.#learnStretch(pass, true);
      this.#announce('end', pass, ({ passes }) => passes === pass + 1, fitted);
    }
  }

  /** @param isEnd true if the next data are in another place */
  #learnStretch(pass: number, isEnd: boolean): void {
    const held = this.#held;
    const all = this.#takeStretch(isEnd);
    for (const { factory, folds, whole } of this.members) {
      if (factory.plugin.passes <= pass) continue;
      const seen = all[factory.plugin.input];
      const before = pass === 0 && handsOver(factory) ? held : folds.length;
      for (let fold = 0; fold < folds.length; fold++)
        if (fold < before && fold !== held) for (const observation of seen) folds[fold]?.learn(observation);
      for (const observation of seen) whole.learn(observation);
    }
  }

  /** @param isEnd true if the next data are in another place */
  #scoreStretch(isEnd: boolean): void {
    const [fold, ahead] = [this.#held, this.#ahead];
    const all = this.#takeStretch(isEnd);
    for (const { factory, folds, whole, offset, keepOutOfFold, keepInSample } of this.members) {
      const seen = all[factory.plugin.input];
      const held = folds[fold];
      for (const observation of seen) {
        held?.score(observation, keepOutOfFold);
        if (held !== undefined && this.moments.hasNews) this.moments.explain(held, offset);
      }
      if (ahead !== fold) for (const observation of seen) folds[ahead]?.score(observation, silent);
      for (const observation of seen) whole.score(observation, keepInSample);
    }
  }

  /** The data to process. Those of detectors of vectors may follow later. */
  #takeStretch(isEnd: boolean): ByInput {
    const seen = this.#stretch.splice(0);
    for (const observation of seen) if (observation.kind !== 'batch') this.#vectors.push(observation);
    const vectors = isEnd || this.#vectors.length >= longestVectorStretch ? this.#vectors.splice(0) : [];
    return byInput(seen, vectors);
  }

  #foldOf(row: number): number {
    return Math.min(this.#folds - 1, Math.floor((row * this.#folds) / this.#survey.observations));
  }

  /** Copies the baseline that was learned before a fold's block to the fold's copies. */
  #handOver(fold: number): void {
    for (const { factory, folds, whole } of this.members) if (handsOver(factory)) folds[fold]?.restore(whole.snapshot());
  }

  #announce(
    phase: 'begin' | 'pass' | 'end',
    pass: number,
    concerned: (plugin: DetectorFactory['plugin']) => boolean,
    told: (share: number) => void = () => {},
  ): void {
    const time = phase === 'end' ? this.#survey.to : this.#survey.from;
    const event = observeEvent({ type: 'calibration', time, phase, pass, spanMs: this.#survey.coveredMs });
    const members = this.members.filter(({ factory }) => concerned(factory.plugin));
    const copies = (some: readonly Member[]): Detector[] => some.flatMap(({ folds, whole }) => [...folds, whole]);
    for (const detector of copies(members.filter(({ factory }) => factory.plugin.input !== 'vector'))) detector.learn(event);
    // a fit of vectors takes seconds
    const fits = copies(members.filter(({ factory }) => factory.plugin.input === 'vector'));
    fits.forEach((detector, i) => {
      detector.learn(event);
      told((i + 1) / fits.length);
    });
  }

  #freshFeed(): Feed {
    return new Feed(this.#options.tags, this.#options.groups, this.#settings.feed);
  }
}

/** True unless snapshots omit the rows of a calibration in progress, as detectors of vectors may. */
const handsOver = ({ plugin }: DetectorFactory): boolean => plugin.input === 'sample';

type ByInput = Readonly<Record<DetectorPlugin['input'], readonly Observation[]>>;

/** Input of detectors of each kind. */
const byInput = (seen: readonly Observation[], vectors: readonly Observation[]): ByInput => ({
  sample: seen.filter(({ kind }) => kind !== 'vector'),
  vector: vectors,
  event: seen.filter(({ kind }) => kind === 'event'),
});
