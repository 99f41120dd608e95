import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag, TagLimits } from '../../src/core/tag.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { type Memory, TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, measure, techniquesOfChange } from '../../src/detector-kit/words.ts';

export interface LimitsConfig {
  readonly deadband: number;
  readonly step: number;
}

type Side = 'high' | 'low';

/** Last value, and the side (0 high, 1 low) on which a limit is violated. */
class Violations implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly violated: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
    this.violated = this.state.add('violated', 2);
  }

  advance({ length, channel, value }: Samples): void {
    for (let i = 0; i < length; i++) this.value[channel[i] as number] = value[i] as number;
  }
}

/**
 * Judges by configured limits. The score is 1 at a limit and 2 at the next one (high-high, low-low). It grows by 1 with each
 * `step` of the engineering range beyond a limit, and falls to 0 over the same distance inside of it. During a violation it stays
 * at 1 or more until the value has returned by the dead band (ISA-18.2; see README).
 */
export class LimitsDetector extends TagDetector<Violations> {
  readonly #config: LimitsConfig;
  readonly #span: Float64Array;

  constructor(config: LimitsConfig, target: DetectorTarget) {
    super('limits', target, hasLimit, 0, (tags) => new Violations(tags.length), false);
    this.#config = config;
    this.#span = Float64Array.from(this.tags, spanOf);
  }

  protected absorb(): void {}

  protected judge({ length, channel, value }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number, value[i] as number);
  }

  #judgeOne(channel: number, value: number): number {
    const limits = (this.tags[channel] as Tag).limits ?? {};
    return Math.max(
      this.#side(channel, 0, value, limits.high ?? limits.highHigh, limits.highHigh, 1),
      this.#side(channel, 1, value, limits.low ?? limits.lowLow, limits.lowLow, -1),
    );
  }

  #side(channel: number, side: 0 | 1, value: number, inner = Number.NaN, outer = Number.NaN, sign: 1 | -1): number {
    const span = this.#span[channel] as number;
    const beyond = (sign * (value - inner)) / span;
    if (!Number.isFinite(beyond)) return 0;
    const { violated } = this.running;
    const at = channel * 2 + side;
    if (beyond >= 0) violated[at] = 1;
    else if (beyond < -this.#config.deadband) violated[at] = 0;
    const score = 1 + beyond / this.#config.step;
    if (inner !== outer && sign * (value - outer) >= 0) return Math.max(2, score);
    return violated[at] === 1 ? Math.max(1, score) : Math.max(0, score);
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const measured = this.running.value[channel] as number;
    const { side, name, limit } = nearest(tag, measured);
    const at = measure(measured, tag);
    const [exactly, bound] = compared(tag, measured, limit);
    const deadband = this.#config.deadband * (this.#span[channel] as number);
    const isHigh = side === 'high';
    const back = isHigh ? `below ${measure(limit - deadband, tag)}` : `above ${measure(limit + deadband, tag)}`;
    const isPast = isHigh ? measured >= limit : measured <= limit;
    const { range, limits = {} } = tag;
    return explainTag({
      tag,
      does: `is ${exactly}, ${isPast ? (isHigh ? 'above' : 'below') : isHigh ? 'below' : 'above'} its ${name} limit of ${bound}`,
      normal: `Normal: ${isHigh ? 'below' : 'above'} ${bound}`,
      headline: `${side} at ${at}`,
      measured,
      expected: limit,
      low: limits.low ?? limits.lowLow ?? range?.low ?? Number.NaN,
      high: limits.high ?? limits.highHigh ?? range?.high ?? Number.NaN,
      normalIf: `it came back ${back}`,
      techniques: techniquesOfChange(tag),
    });
  }
}

const hasLimit = ({ kind, limits }: Tag): boolean =>
  kind !== 'text' &&
  limits !== undefined &&
  [limits.highHigh, limits.high, limits.low, limits.lowLow].some((one) => one !== undefined);

/** Engineering range. Without one, the distance of the outermost limits, or the value of the only limit. */
function spanOf({ range, limits = {} }: Tag): number {
  if (range !== undefined && range.high > range.low) return range.high - range.low;
  const stated = [limits.lowLow, limits.low, limits.high, limits.highHigh].filter((one) => one !== undefined);
  return Math.max(...stated) - Math.min(...stated) || Math.abs(stated[0] ?? 0) || 1;
}

/** The outermost limit that the value has crossed; if it has crossed none, the nearest. */
function nearest(tag: Tag, value: number): { side: Side; name: string; limit: number } {
  const { highHigh, high, low, lowLow }: TagLimits = tag.limits ?? {};
  const all: { side: Side; name: string; limit: number | undefined }[] = [
    { side: 'high', name: 'high-high', limit: highHigh },
    { side: 'low', name: 'low-low', limit: lowLow },
    { side: 'high', name: 'high', limit: high },
    { side: 'low', name: 'low', limit: low },
  ];
  const stated = all.flatMap(({ side, name, limit }) => (limit === undefined ? [] : [{ side, name, limit }]));
  const crossed = stated.find(({ side, limit }) => (side === 'high' ? value >= limit : value <= limit));
  const byDistance = stated.toSorted((a, b) => Math.abs(value - a.limit) - Math.abs(value - b.limit));
  return crossed ?? byDistance[0] ?? { side: 'high', name: 'high', limit: Number.NaN };
}
