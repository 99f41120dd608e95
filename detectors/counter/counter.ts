import type { DetectorSnapshot, DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { Tag } from '../../src/core/tag.ts';
import { isRecord } from '../../src/detector-kit/columns.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { CountPerSum } from './count-per-sum.ts';
import { Counts } from './counts.ts';
import { type Cause, explainCause, explainSum } from './explain.ts';
import { type Pair, pairsOf, Summed } from './summed.ts';

export interface CounterConfig {
  readonly window: number;
  readonly minSamples: number;
}

/** A counter is slower than normal only beyond this factor, whatever the learned spread. */
const mostSlow = 1_000;
/** Ratio to the rate of one count from which there were two. One is not exactly one: tenths of an hour are no binary numbers. */
const twoCounts = 1.5;
/** Minimum factor by which the pace of a counter that always counts may differ: smaller differences are chance. */
const leastPace = 1.1;

/**
 * Judges counters. Surprise is the largest of five values: the negative log probability of a fall that is no turn-over (rule of
 * succession); the same for a first increment; the ratio of the rate to the fastest normal one; and, if the counter always
 * counts, the distance of the log of its pace from the middle, in units of half the spread. A counter that sums up a measurement of its
 * equipment, or the time in which it runs, is compared with that sum instead, see `CountPerSum`.
 * While the monitor or the simulated plant is late, the time between two samples is known only to within the tolerance of the punctuality
 * event: the pace is then the one within that tolerance that is nearest to normal.
 */
export class CounterDetector extends TagDetector<Counts> {
  readonly #falls: Float64Array;
  readonly #step: Float64Array;
  readonly #fastest: Float64Array;
  readonly #slowest: Float64Array;
  readonly #pairs: readonly Pair[];
  /** Pair of each channel; −1 without one. */
  readonly #pairOf: Int32Array;
  readonly #perSum: CountPerSum;
  readonly #summed: Summed;
  readonly #learnedSums: Summed;
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
    this.#pairs = pairsOf(this.tags, target.tags);
    this.#pairOf = new Int32Array(this.channels.length).fill(-1);
    this.#pairs.forEach(({ channel }, pair) => (this.#pairOf[channel] = pair));
    this.#perSum = new CountPerSum(this.#pairs, this.baseline, config.minSamples);
    this.#summed = new Summed(this.#pairs);
    this.#learnedSums = new Summed(this.#pairs);
  }

  override learn(observation: Observation): void {
    if (observation.kind === 'event' && observation.event.type === 'calibration') this.#learnedSums.state.clear();
    if (observation.kind === 'batch' && this.#pairs.length > 0) this.#learnedSums.take(observation.batch);
    super.learn(observation);
  }

  protected override restart(memory: Counts, channel: number, time: number): void {
    super.restart(memory, channel, time);
    const pair = this.#pairOf[channel] as number;
    if (pair >= 0) (memory === this.running ? this.#summed : this.#learnedSums).restart(pair);
  }

  protected absorb({ length, channel, time }: Samples): void {
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      this.#absorbOne(at);
      const pair = this.#pairOf[at] as number;
      if (pair < 0) continue;
      count(this.#learnedSums, pair, this.learning, at, time[i] as number);
      this.#perSum.absorb(pair, this.#learnedSums);
    }
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
    if (observation.kind === 'batch' && this.#pairs.length > 0) this.#summed.take(observation.batch);
    super.score(observation, report);
  }

  protected judge({ length, channel, time }: Samples, surprise: Float64Array): void {
    if (this.#pairs.length === 0) for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number);
    else
      for (let i = 0; i < length; i++) {
        const at = channel[i] as number;
        const pair = this.#pairOf[at] as number;
        if (pair >= 0) count(this.#summed, pair, this.running, at, time[i] as number);
        surprise[i] = this.#isSummed(pair) ? this.#judgeSummed(at, pair) : this.#judgeOne(at);
      }
  }

  #judgeOne(channel: number): number {
    return graded(Math.max(this.#fell(channel), this.#fast(channel), this.#pace(channel)));
  }

  /** The pace of a counter that sums up a measurement is that of its load: the sum is judged instead. */
  #judgeSummed(channel: number, pair: number): number {
    return graded(Math.max(this.#fell(channel), this.#fast(channel), this.#sum(pair)));
  }

  #isSummed(pair: number): boolean {
    return pair >= 0 && this.#perSum.normal(pair) !== undefined;
  }

  /** Surprise of the count against the sum of the measurement. */
  #sum(pair: number): number {
    return this.#perSum.surprise(pair, this.#summed, this.#allowMs);
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
    const fast = Math.max(jump / most, slowed / (this.#fastest[channel] || most));
    return fast < twoCounts && this.#isSingle(channel) ? 0 : fast;
  }

  /** True for a counter that rests, and then counts one, such as starts of a machine. One more is what it does, whatever the threshold. */
  #isSingle(channel: number): boolean {
    const { scanMs } = this.tags[channel] as Tag;
    return this.#slowest[channel] === 0 && ((this.#step[channel] as number) * scanMs) / 1_000 <= 1;
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
    return [{ name: '', unit: `${unit}/s`, figures }, ...this.#perSum.lines(this.#pairOf[channel] as number)];
  }

  explain(channel: number): Explanation {
    const pair = this.#pairOf[channel] as number;
    const normal = pair < 0 ? undefined : this.#perSum.normal(pair);
    const surprises: readonly (readonly [Cause, number])[] = [
      ['fell', this.#fell(channel)],
      ['fast', this.#fast(channel)],
      ['pace', normal === undefined ? this.#pace(channel) : 0],
    ];
    const [cause, surprise] = surprises.reduce((most, one) => (one[1] > most[1] ? one : most));
    if (normal !== undefined && this.#sum(pair) > surprise)
      return explainSum(this.#pairs[pair] as Pair, this.#summed.windowOf(pair), normal);
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
    const own = super.runningState() as Readonly<Record<string, unknown>>;
    return { ...own, allowMs: this.#allowMs, ...(this.#pairs.length === 0 ? {} : { sums: this.#summed.state.save() }) };
  }

  override snapshot(): DetectorSnapshot {
    const { baseline, running } = super.snapshot();
    if (this.#pairs.length === 0 || !isRecord(baseline)) return { baseline, running };
    return { baseline: { ...baseline, sums: this.#learnedSums.state.toRecord(this.#names()) }, running };
  }

  override restore(snapshot: DetectorSnapshot): void {
    super.restore(snapshot);
    const { baseline, running } = snapshot;
    this.#allowMs = isRecord(running) && typeof running['allowMs'] === 'number' ? running['allowMs'] : 0;
    // both are absent in snapshots of earlier versions
    this.#learnedSums.state.fromRecord(this.#names(), isRecord(baseline) ? baseline['sums'] : undefined);
    const sums = isRecord(running) && isRecord(running['sums']) ? running['sums'] : undefined;
    // an earlier version compared fewer counters
    const isOfPairs = sums?.['counted'] instanceof Float64Array && sums['counted'].length === this.#pairs.length;
    if (isOfPairs) this.#summed.state.load(sums);
    else this.#summed.state.clear();
  }

  #names(): string[] {
    return this.#pairs.map(({ counter }) => counter.name);
  }
}

/** Adds a sample of a counter to its window; a fall ends the window. */
function count(sums: Summed, pair: number, counts: Counts, channel: number, time: number): void {
  if (!Number.isNaN(counts.fellFrom[channel])) sums.restart(pair);
  sums.count(pair, time, counts.total[channel] as number);
}
