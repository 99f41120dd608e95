import type { Detector, Report } from '../../core/detector.ts';
import { type Observation, observeEvent } from '../../core/observation.ts';
import { type EngineSettings } from '../engine/index.ts';
import { Feed } from '../feed.ts';
import { BlockMaxima } from './maxima.ts';
import type { Survey } from './survey.ts';
import type { CalibrateOptions, DetectorFactory } from './types.ts';

/** Blocks of the stream whose maxima are kept. */
const mostBlocks = 1_500;
/** Share of a fold by which its detectors run ahead of it, so that their running state is warm. */
const warmUp = 0.1;

const silent: Report = () => {};

/** One detector's fresh copies: one per fold, and one that learns everything. */
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
 * Runs all detectors over the same normal running, each fold's copies leaving out one contiguous block: first every pass
 * that learns, then one that scores each block by the copies that have not seen it, and all of it by those that have.
 * Contiguous, because neighbouring rows resemble each other and would give themselves away.
 */
export class FoldRun {
  readonly members: readonly Member[];
  readonly outOfFold: BlockMaxima;
  readonly inSample: BlockMaxima;
  readonly learningPasses: number;
  readonly #options: CalibrateOptions;
  readonly #settings: EngineSettings;
  readonly #survey: Survey;
  readonly #folds: number;
  #row = 0;
  #block = 0;
  #feed: Feed;

  constructor(options: CalibrateOptions, settings: EngineSettings, survey: Survey, folds: number) {
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
        offset += whole.channels.length;
        return {
          factory,
          whole,
          folds: Array.from({ length: folds }, () => factory.create()),
          offset: start,
          keepOutOfFold: (channel, _time, surprise) => this.outOfFold.add(start + channel, this.#block, surprise),
          keepInSample: (channel, _time, surprise) => this.inSample.add(start + channel, this.#block, surprise),
        };
      });
    const blocks = Math.max(1, Math.min(mostBlocks, survey.observations));
    this.outOfFold = new BlockMaxima(offset, blocks);
    this.inSample = new BlockMaxima(offset, blocks);
    this.learningPasses = Math.max(0, ...this.members.map(({ factory }) => factory.plugin.passes));
    this.#feed = this.#freshFeed();
  }

  /** Call before each pass over the running. */
  begin(pass: number): void {
    this.#row = 0;
    this.#feed = this.#freshFeed();
    if (pass < this.learningPasses) this.#announce(pass === 0 ? 'begin' : 'pass', pass, ({ passes }) => passes > pass);
  }

  learn(observation: Observation, pass: number): void {
    const held = this.#foldOf(this.#row);
    this.#feed.observe(observation, (seen) => {
      for (const { factory, folds, whole } of this.members) {
        if (factory.plugin.passes <= pass || !isFor(factory, seen)) continue;
        for (let fold = 0; fold < folds.length; fold++) if (fold !== held) (folds[fold] as Detector).learn(seen);
        whole.learn(seen);
      }
    });
    this.#row++;
  }

  /** Call after each learning pass. */
  end(pass: number): void {
    this.#announce('end', pass, ({ passes }) => passes === pass + 1);
  }

  score(observation: Observation): void {
    const fold = this.#foldOf(this.#row);
    const ahead = this.#foldOf(this.#row + Math.floor((warmUp * this.#survey.observations) / this.#folds));
    const { blocks, startedAt } = this.outOfFold;
    this.#block = Math.min(blocks - 1, Math.floor((this.#row * blocks) / this.#survey.observations));
    this.#feed.observe(observation, (seen) => {
      for (const { factory, folds, whole, keepOutOfFold, keepInSample } of this.members) {
        if (!isFor(factory, seen)) continue;
        (folds[fold] as Detector).score(seen, keepOutOfFold);
        if (ahead !== fold) (folds[ahead] as Detector).score(seen, silent);
        whole.score(seen, keepInSample);
      }
    });
    if (Number.isNaN(startedAt[this.#block])) startedAt[this.#block] = this.#feed.time;
    this.#row++;
  }

  #foldOf(row: number): number {
    return Math.min(this.#folds - 1, Math.floor((row * this.#folds) / this.#survey.observations));
  }

  #announce(phase: 'begin' | 'pass' | 'end', pass: number, concerned: (plugin: DetectorFactory['plugin']) => boolean): void {
    const time = phase === 'end' ? this.#survey.to : this.#survey.from;
    const event = observeEvent({ type: 'calibration', time, phase, pass, spanMs: this.#survey.coveredMs });
    for (const { factory, folds, whole } of this.members)
      if (concerned(factory.plugin)) for (const detector of [...folds, whole]) detector.learn(event);
  }

  #freshFeed(): Feed {
    return new Feed(this.#options.tags, this.#options.groups, this.#settings.feed);
  }
}

/** Whether a detector's kind of input takes in an observation. */
function isFor({ plugin }: DetectorFactory, observation: Observation): boolean {
  switch (observation.kind) {
    case 'batch':
      return plugin.input === 'sample';
    case 'vector':
      return plugin.input === 'vector';
    case 'event':
      return true;
  }
}
