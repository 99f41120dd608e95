import type { DetectorSnapshot, DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { Tag } from '../../src/core/tag.ts';
import { isRecord } from '../../src/detector-kit/columns.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { Counts } from './counts.ts';
import { type Cause, explainCause } from './explain.ts';

export interface CounterConfig {
  readonly window: number;
  readonly minSamples: number;
}

/** A counter is slower than normal only beyond this factor, whatever the learned spread. */
const mostSlow = 1_000;
/** Minimum factor by which the pace of a counter that always counts may differ: smaller differences are chance. */
const leastPace = 1.1;

/**
 * Judges counters. Surprise is the largest of four values: the negative log probability of a fall that is no turn-over (rule of
 * succession); the same for a first increment; the ratio of the rate to the fastest normal one; and, if the counter always
 * counts, the distance of the log of its pace from the middle, in units of half the spread.
 * While the monitor or the simulated plant is late, the time between two samples is known only to within the tolerance of the punctuality
 * event: the pace is then the one within that tolerance that is nearest to normal.
 */
export class CounterDetector extends TagDetector<Counts> {
  readonly #falls: Float64Array;
  readonly #step: Float64Array;
  readonly #fastest: Float64Array;
  readonly #slowest: Float64Array;
  /** Tolerance of a time span while the monitor is late, ms. */
  #allowMs = 0;

  constructor(config: CounterConfig, target: DetectorTarget) {
    super(
      'counter',
      target,
      ({ kind }) => kind === 'counter',
      config.minSamples,
      (tags) =>
        new Counts(
          tags.map(({ scanMs }) => scanMs),
          config.window,
        ),
    );
    this.#falls = this.baseline.add('falls');
    this.#step = this.baseline.add('stepPerSecond');
    this.#fastest = this.baseline.add('fastestPerSecond');
    this.#slowest = this.baseline.add('slowestPerSecond', 1, Number.POSITIVE_INFINITY);
  }

  protected absorb({ length, channel }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number);
  }

  #absorbOne(channel: number): void {
    const { moves, fellFrom } = this.learning;
    if (!Number.isNaN(fellFrom[channel])) (this.#falls[channel] as number)++;
    raise(this.#step, channel, moves.step[channel] as number);
    if (!moves.isFull(channel)) return;
    const slope = moves.slope[channel] as number;
    raise(this.#fastest, channel, slope);
    if (slope < (this.#slowest[channel] as number)) this.#slowest[channel] = slope;
  }

  override score(observation: Observation, report: Report): void {
    if (observation.kind === 'event' && observation.event.type === 'punctuality')
      this.#allowMs = observation.event.allowMs >= 0 ? observation.event.allowMs : 0;
    super.score(observation, report);
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number);
  }

  #judgeOne(channel: number): number {
    return graded(Math.max(this.#fell(channel), this.#fast(channel), this.#pace(channel)));
  }

  #fell(channel: number): number {
    if (Number.isNaN(this.running.fellFrom[channel])) return 0;
    return Math.log(((this.samples[channel] as number) + 1) / ((this.#falls[channel] as number) + 1));
  }

  #fast(channel: number): number {
    const { step, slope } = this.running.moves;
    const most = this.#step[channel] as number;
    // a counter that was constant during learning
    if (most === 0) return (step[channel] as number) > 0 ? Math.log1p(this.samples[channel] as number) : 0;
    const scanMs = (this.tags[channel] as Tag).scanMs;
    const jump = ((step[channel] as number) * scanMs) / (scanMs + this.#allowMs);
    const { slowed } = this.#within(channel, slope[channel] as number);
    return Math.max(jump / most, slowed / (this.#fastest[channel] || most));
  }

  /** Surprise of the pace of a counter that always counts. */
  #pace(channel: number): number {
    const { moves } = this.running;
    const slowest = this.#slowest[channel] as number;
    const fastest = this.#fastest[channel] as number;
    if (!moves.isFull(channel) || !(slowest > 0 && slowest <= fastest)) return 0;
    const middle = Math.sqrt(slowest * fastest);
    const { slowed, quickened } = this.#within(channel, moves.slope[channel] as number);
    const pace = Math.max(Math.min(Math.max(middle, slowed), quickened), slowest / mostSlow);
    const reach = Math.max(Math.log(fastest / slowest) / 2, Math.log(leastPace));
    return Math.abs(Math.log(pace / middle)) / reach;
  }

  /** The least and the greatest pace that the tolerance allows. */
  #within(channel: number, slope: number): { readonly slowed: number; readonly quickened: number } {
    if (this.#allowMs === 0) return { slowed: slope, quickened: slope };
    const overMs = this.running.moves.slopeMs[channel] as number;
    const least = overMs - this.#allowMs;
    return {
      slowed: (slope * overMs) / (overMs + this.#allowMs),
      quickened: least > 0 ? (slope * overMs) / least : Number.POSITIVE_INFINITY,
    };
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { unit } = this.tags[channel] as Tag;
    const figures = {
      low: column(this.#slowest, { least: 0 }),
      high: column(this.#fastest, { least: 0 }),
      sample: column(this.#step, { least: 0 }),
    };
    return [{ name: '', unit: `${unit}/s`, figures }];
  }

  explain(channel: number): Explanation {
    const surprises: readonly (readonly [Cause, number])[] = [
      ['fell', this.#fell(channel)],
      ['fast', this.#fast(channel)],
      ['pace', this.#pace(channel)],
    ];
    const [cause, surprise] = surprises.reduce((most, one) => (one[1] > most[1] ? one : most));
    const { value, fellFrom, moves } = this.running;
    return explainCause(surprise > 0 ? cause : 'none', {
      tag: this.tags[channel] as Tag,
      value: value[channel] as number,
      before: fellFrom[channel] as number,
      step: moves.step[channel] as number,
      slope: moves.slope[channel] as number,
      mostStep: this.#step[channel] as number,
      fastest: this.#fastest[channel] as number,
      slowest: this.#slowest[channel] as number,
      windowMs: moves.slopeMs[channel] as number,
    });
  }

  override runningState(): unknown {
    return { ...(super.runningState() as Readonly<Record<string, unknown>>), allowMs: this.#allowMs };
  }

  override restore(snapshot: DetectorSnapshot): void {
    super.restore(snapshot);
    const { running } = snapshot;
    this.#allowMs = isRecord(running) && typeof running['allowMs'] === 'number' ? running['allowMs'] : 0;
  }
}
