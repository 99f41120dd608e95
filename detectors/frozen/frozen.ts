import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns } from '../../src/streaming/columns.ts';
import type { Line } from '../../src/streaming/facts.ts';
import { graded, trusted } from '../../src/streaming/grade.ts';
import type { Samples } from '../../src/streaming/samples.ts';
import { type Memory, TagDetector } from '../../src/streaming/tag-detector.ts';
import { comparedSpans, explainTag, measure } from '../../src/streaming/words.ts';
import { Rests } from './rests.ts';

export interface FrozenConfig {
  readonly minSamples: number;
  readonly minChanges: number;
  readonly trustedRests: number;
}

/** The value, since when it has stood, when it was last seen; and for a sample that changes it, what was before. */
class Standing implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly since: Float64Array;
  readonly seen: Float64Array;
  readonly before: Float64Array;
  /** For how long `before` stood, up to the change; NaN on samples that change nothing. */
  readonly beforeMs: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
    this.since = this.state.add('since', 1, Number.NaN);
    this.seen = this.state.add('seen', 1, Number.NaN);
    this.before = this.state.add('before', 1, Number.NaN);
    this.beforeMs = this.state.add('beforeMs', 1, Number.NaN);
  }

  advance(channel: number, time: number, value: number): void {
    this.beforeMs[channel] = Number.NaN;
    if (value !== this.value[channel]) {
      this.before[channel] = this.value[channel] as number;
      this.beforeMs[channel] = time - (this.since[channel] as number);
      this.since[channel] = time;
    }
    this.value[channel] = value;
    this.seen[channel] = time;
  }
}

/**
 * A value that stands still. Surprise is the time for which it has stood, in units of the longest time for which it stood
 * at that value in normal running; see `Rests` for values that have no time of their own. At an end of the engineering range
 * a transmitter stands because it can go no further, which is for `limits` and `range` to judge.
 */
export class FrozenDetector extends TagDetector<Standing> {
  readonly #rests: Rests;
  readonly #changes: Float64Array;
  readonly #minChanges: number;
  readonly #trustedRests: number;

  constructor(config: FrozenConfig, target: DetectorTarget) {
    super('frozen', target, moves, config.minSamples, (tags) => new Standing(tags.length));
    this.#minChanges = config.minChanges;
    this.#trustedRests = config.trustedRests;
    this.#rests = new Rests(this.baseline);
    this.#changes = this.baseline.add('changes');
  }

  protected absorb({ length, channel, time, value }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #absorbOne(channel: number, time: number, value: number): void {
    this.learning.advance(channel, time, value);
    const { since, before, beforeMs } = this.learning;
    this.#rests.learn(channel, value, time - (since[channel] as number), false);
    if (Number.isNaN(beforeMs[channel])) return;
    (this.#changes[channel] as number)++;
    this.#rests.learn(channel, before[channel] as number, beforeMs[channel] as number, true);
  }

  protected judge({ length, channel, time, value }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #judgeOne(channel: number, time: number, value: number): number {
    this.running.advance(channel, time, value);
    if ((this.#changes[channel] as number) < this.#minChanges) return Number.NaN;
    const { range } = this.tags[channel] as Tag;
    if (range !== undefined && (value <= range.low || value >= range.high)) return 0;
    const stood = time - (this.running.since[channel] as number);
    // most values have only just come: no need to look further
    if (stood === 0) return 0;
    const ratio = stood / this.#longest(channel, value);
    return graded(trusted(ratio, this.#rests.count(channel, value), this.#trustedRests));
  }

  /** Longest normal standing at the value and a scan, which is how exactly polls can tell, ms. */
  #longest(channel: number, value: number): number {
    const { scanMs } = this.tags[channel] as Tag;
    return Math.max(this.#rests.longest(channel, value), scanMs) + scanMs;
  }

  protected override lines(channel: number): readonly Line[] {
    if ((this.#changes[channel] as number) < this.#minChanges) return [];
    return this.#rests.lines(channel, this.tags[channel] as Tag);
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const value = this.running.value[channel] as number;
    const [stood, longest] = comparedSpans(
      (this.running.seen[channel] as number) - (this.running.since[channel] as number),
      this.#longest(channel, value),
    );
    return explainTag({
      tag,
      does: `has stood at ${measure(value, tag)} for ${stood}; it normally moves within ${longest}`,
      headline: `frozen at ${measure(value, tag)}`,
      measured: value,
      expected: Number.NaN,
      normalIf: `it moved again, as it normally does within ${longest}`,
      techniques: ['T1692.002'],
    });
  }
}

/** What people set stands for as long as they like. */
const moves = ({ kind, role }: Tag): boolean =>
  (kind === 'analog' || kind === 'counter') && (role === 'measurement' || role === 'status');
