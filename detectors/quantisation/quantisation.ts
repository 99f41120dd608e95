import { formatNumber } from '../../src/core/format.ts';
import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { explainTag } from '../../src/detector-kit/words.ts';
import { Steps } from './steps.ts';

export interface QuantisationConfig {
  readonly window: number;
  readonly minWindows: number;
}

/** A value has a step if the smallest change of each window is at most this multiple of the smallest of all. */
const mostSpread = 4;

/**
 * Judges the step (resolution) of a measurement. In normal operation it is the smallest change within `window` changes. Surprise
 * is the ratio of the finest step to the smallest change, or of the common step of all changes in two consecutive windows to the
 * coarsest step. Large changes alone therefore do not count as a coarser step. A value that was multiplied has large changes that are no
 * multiples of its step: its common step is finer.
 */
export class QuantisationDetector extends TagDetector<Steps> {
  readonly #config: QuantisationConfig;
  readonly #windows: Float64Array;
  readonly #coarsest: Float64Array;
  readonly #finest: Float64Array;
  /** Finest common step of a window; +∞ in baselines of earlier versions, 0 if a window had none. */
  readonly #finestCommon: Float64Array;

  constructor(config: QuantisationConfig, target: DetectorTarget) {
    super(
      'quantisation',
      target,
      ({ kind, role }) => kind === 'analog' && (role === 'measurement' || role === 'status'),
      config.window,
      (tags) => new Steps(tags.length, config.window),
      false,
    );
    this.#config = config;
    this.#windows = this.baseline.add('windows');
    this.#coarsest = this.baseline.add('coarsestStep');
    this.#finest = this.baseline.add('finestStep', 1, Number.POSITIVE_INFINITY);
    this.#finestCommon = this.baseline.add('finestCommonStep', 1, Number.POSITIVE_INFINITY, true);
  }

  protected absorb({ length, channel }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number);
  }

  #absorbOne(channel: number): void {
    const { ended, smallest, last } = this.learning;
    const step = smallest[channel] as number;
    if (step < (this.#finest[channel] as number)) this.#finest[channel] = step;
    if (ended[channel] !== 1) return;
    raise(this.#coarsest, channel, step);
    this.#finestCommon[channel] = Math.min(this.#finestCommon[channel] as number, last[channel] as number);
    (this.#windows[channel] as number)++;
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      surprise[i] = this.compares(at)
        ? graded(Math.max(this.#finerChange(at), this.#finerCommon(at), this.#coarser(at)))
        : Number.NaN;
    }
  }

  #coarser(channel: number): number {
    const ratio = (this.running.whole[channel] as number) / (this.#coarsest[channel] as number);
    return ratio > 0 ? ratio : 0;
  }

  #finerChange(channel: number): number {
    return this.#hasStep(channel) ? (this.#finest[channel] as number) / (this.running.smallest[channel] as number) : 0;
  }

  #finerCommon(channel: number): number {
    const [normal, common] = [this.#finestCommon[channel] as number, this.running.common[channel] as number];
    return normal > 0 && Number.isFinite(normal) && common > 0 ? normal / common : 0;
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    if (!this.compares(channel)) return [];
    const figures = { low: column(this.#finest, { least: 0 }), high: column(this.#coarsest, { least: 0 }) };
    return [{ name: '', unit: (this.tags[channel] as Tag).unit, figures }];
  }

  protected override compares(channel: number): boolean {
    return (this.#windows[channel] as number) >= this.#config.minWindows;
  }

  /** False for a value without a step: its smallest changes are chance and can be arbitrarily small. */
  #hasStep(channel: number): boolean {
    return (this.#coarsest[channel] as number) <= mostSpread * (this.#finest[channel] as number);
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const { smallest, common, whole } = this.running;
    const [byChange, byCommon, coarser] = [this.#finerChange(channel), this.#finerCommon(channel), this.#coarser(channel)];
    const finer = Math.max(byChange, byCommon) > 0 && Math.max(byChange, byCommon) >= coarser;
    const isCommon = finer && byCommon > byChange;
    const step = (!finer ? whole[channel] : isCommon ? common[channel] : smallest[channel]) as number;
    const finest = (isCommon ? this.#finestCommon[channel] : this.#finest[channel]) as number;
    const coarsest = this.#coarsest[channel] as number;
    const [least, most] = [figures(finest, tag), figures(coarsest, tag)];
    return explainTag({
      tag,
      does: `changes in ${finer ? 'finer' : 'coarser'} steps than its sensor, of ${figures(step, tag)}`,
      normal: least === most ? `Normal step ${least}` : `Normal step ${least} to ${most}`,
      headline: `has ${finer ? 'finer' : 'coarser'} steps`,
      of: 'step',
      measured: step,
      expected: finer ? finest : coarsest,
      low: finest,
      high: coarsest,
      normalIf: `its smallest step were ${least === most ? least : `between ${least} and ${most}`}`,
      techniques: ['T1692.002'],
    });
  }
}

/** Text of a step, which may be smaller than the last decimal of its tag. */
function figures(step: number, tag: Tag): string {
  const text = Number.isFinite(step) ? formatNumber(step, tag.decimals) : 'nothing';
  return tag.unit === '' ? text : `${text} ${tag.unit}`;
}
