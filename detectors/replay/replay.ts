import { formatDuration } from '../../src/core/format.ts';
import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { graded } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { explainTag, measure } from '../../src/detector-kit/words.ts';
import { fitChance, logEqualNext, logExpected, neededLength } from './chance.ts';
import { Recall } from './recall.ts';

export interface ReplayConfig {
  readonly memory: number;
  readonly longest: number;
  readonly minDistinct: number;
  readonly tags?: readonly string[] | undefined;
  readonly mostTags: number;
}

/**
 * ln of the expected chance matches per change at which the surprise starts: one in a billion, a few a year in a plant of a
 * hundred tags.
 */
const rareLog = Math.log(1e-9);
/** Number of latest changes that show how much the tag varies at present. */
const recentChanges = 64;
/** Without a calibration, chance is fitted again whenever the number of changes has doubled since this. */
const firstFit = 512;

/**
 * Detects exact replays. The surprise is the negative log of the expected number of chance matches of that length, in units of
 * one in a billion; shorter matches do not count. The decrease of chance matches with length is learned in the calibration, and is
 * slower while the tag repeats its steps. The searched memory contains only scored values, not learned ones.
 */
export class ReplayDetector extends TagDetector<Recall> {
  readonly #config: ReplayConfig;
  readonly #memory: number;
  readonly #length: Float64Array;
  readonly #chanceLength: Float64Array;
  readonly #logP: Float64Array;
  readonly #logDecay: Float64Array;
  /** Number of changes to which the chance was fitted. */
  readonly #fitted: Float64Array;

  constructor(config: ReplayConfig, target: DetectorTarget) {
    const memory = 2 ** Math.ceil(Math.log2(config.memory));
    // both memories and the detector share the one column of lengths
    let length: Float64Array = new Float64Array(0);
    super(
      'replay',
      target,
      watchedBy(config),
      1,
      (_, baseline) => {
        const learning = length.length > 0;
        if (!learning) length = baseline.add('length');
        // the chance is learned from the changes of every tag, but only suitable tags are searched
        return new Recall(length, memory, learning);
      },
      false,
    );
    this.#config = config;
    this.#memory = memory;
    this.#length = length;
    this.#chanceLength = this.baseline.add('chanceLength');
    this.#logP = this.baseline.add('logP');
    this.#logDecay = this.baseline.add('logDecay');
    this.#fitted = this.baseline.add('changes');
  }

  protected absorb({ length, channel }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number);
  }

  #absorbOne(channel: number): void {
    const { count } = this.learning.past(channel);
    const isPower = (count & (count - 1)) === 0;
    if (
      this.learnsScale(channel) &&
      this.learnsShape(channel) &&
      isPower &&
      count >= firstFit &&
      count > (this.#fitted[channel] as number)
    )
      this.#fit(channel);
  }

  protected override finish(): void {
    for (let channel = 0; channel < this.tags.length; channel++) this.#fit(channel);
  }

  #fit(channel: number): void {
    const { values } = this.learning.past(channel).save();
    this.#fitted[channel] = values.length;
    const { longest, minDistinct } = this.#config;
    const chance = new Set(values).size < minDistinct ? undefined : fitChance(values, longest);
    const length = chance === undefined ? 0 : neededLength(chance, this.#memory, rareLog);
    this.#length[channel] = length > longest ? 0 : length;
    this.#chanceLength[channel] = chance?.length ?? 0;
    this.#logP[channel] = chance?.logP ?? 0;
    this.#logDecay[channel] = chance?.logDecay ?? 0;
  }

  protected override restart(memory: Recall, channel: number, time: number): void {
    memory.part(channel, time);
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number);
  }

  protected override compares(channel: number): boolean {
    return (this.#length[channel] as number) > 0;
  }

  #judgeOne(channel: number): number {
    if (!this.compares(channel)) return Number.NaN;
    const matched = this.running.matched[channel] as number;
    if (matched === 0) return 0;
    const learned = logExpected(this.#chance(channel), matched, this.#memory);
    const equal = logEqualNext(this.running.past(channel).latest(recentChanges));
    const present = Number.isNaN(equal) ? learned : Math.log(this.#memory) + (matched - 1) * equal;
    return graded(Math.max(0, Math.max(learned, present) / rareLog));
  }

  #chance(channel: number) {
    return {
      length: this.#chanceLength[channel] as number,
      logP: this.#logP[channel] as number,
      logDecay: this.#logDecay[channel] as number,
    };
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const value = this.running.value[channel] as number;
    const matched = this.running.matched[channel] as number;
    const { since, original } = this.running.origin(channel);
    const ago = formatDuration(since - original);
    return explainTag({
      tag,
      does:
        matched === 0
          ? `is ${measure(value, tag)} and repeats no earlier sequence of values`
          : `repeats its values of ${ago} earlier exactly, for ${matched} changes in a row`,
      normal: matched === 0 ? '' : 'Normal: noise makes each sequence different',
      headline: matched === 0 ? 'repeats nothing' : 'replays earlier values',
      measured: value,
      expected: Number.NaN,
      normalIf: 'its values differed from the earlier sequence by noise',
      techniques: ['T1692.002'],
    });
  }
}

/** Selects the watched tags: the named ones, or as many as the memory limit permits. */
function watchedBy({ tags, mostTags }: ReplayConfig): (tag: Tag) => boolean {
  const named = tags === undefined ? undefined : new Set(tags);
  let left = named === undefined ? mostTags : Number.POSITIVE_INFINITY;
  return ({ name, kind, role }) => {
    const suits = kind === 'analog' && (role === 'measurement' || role === 'status') && (named?.has(name) ?? true);
    return suits && left-- > 0;
  };
}
