import { formatDuration, formatNumber } from './format.ts';
import type { Tag } from './tag.ts';

/** Standard faults, in the order in which they are listed. */
export const faultKinds = [
  'offset',
  'drift',
  'stuck',
  'scaled',
  'doubled-noise',
  'vanished-noise',
  'single-spike',
  'other-hour',
  'level-against-flow',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * Smallest fault of a kind that a baseline detects in a tag, as the mean of the middle half of several starts of the fault.
 * `size` is in the tag's unit (per hour for `drift` and `level-against-flow`, a fraction of the value for `scaled`). Faults of one
 * size have none: their limit is the time to their detection. One figure is stated only if faults at other times agree with it.
 */
export interface DetectionLimit {
  readonly kind: FaultKind;
  /** False if seven of eight starts were not detected, not even at the largest size. */
  readonly detected: boolean;
  /** Absent for faults of one size, if not detected, and with `spread` or `found`. */
  readonly size?: number;
  /** Stated time, or the measured time to the detection of a fault of one size, ms; the stated one with `spread` or `found`. */
  readonly withinMs: number;
  readonly starts: number;
  /**
   * Set instead of one figure where other starts could give one that differs by more than 30 %: range of the results, in the unit
   * of `size`, or ms.
   */
  readonly spread?: { readonly least: number; readonly most: number };
  /** Number of detected starts. Set instead of a figure where it is between an eighth and three quarters of all. */
  readonly found?: number;
  /** Set if the time ended before every detector was tried: the limit is this or smaller. */
  readonly atMost?: true;
}

/** Limits of one tag. */
export interface TagLimits {
  readonly tag: string;
  /** In the order of `faultKinds`; faults that are not determined yet are missing. */
  readonly limits: readonly DetectionLimit[];
  /** Set if thresholds or figures of the tag have changed since: the limits no longer hold. */
  readonly outdated?: true;
}

/** Result of a measurement. */
export interface MeasuredLimits {
  /** Tags without a result are missing. */
  readonly tags: readonly TagLimits[];
  /** False if the time was spent before all faults were tried at all starts. */
  readonly complete: boolean;
  /** Data that it was measured with, in one sentence. */
  readonly text: string;
}

/** A tag without any limit. */
export interface TagWithoutLimit {
  readonly tag: string;
  readonly reason: string;
}

/** Detection limits of the baseline in use. */
export interface DetectionLimitStatus {
  /** Origin of the limits, or the reason why there are none, in one sentence. */
  readonly text: string;
  /** Time of the measurement, ms UTC; absent if there was none. */
  readonly measuredAt?: number;
  /** The least sensitive tag first. */
  readonly tags: readonly TagLimits[];
  readonly without: readonly TagWithoutLimit[];
}

/** Faults as text, before their size or time. */
const names: Readonly<Record<FaultKind, string>> = {
  offset: 'offset',
  drift: 'drift',
  stuck: 'stuck',
  scaled: 'scaled by',
  'doubled-noise': 'doubled noise',
  'vanished-noise': 'vanished noise',
  'single-spike': 'single spike',
  'other-hour': 'values of 3 h ago',
  'level-against-flow': 'level against flow',
};

/** Faults of one size: their limit is a time. */
const timed: ReadonlySet<FaultKind> = new Set(['stuck', 'doubled-noise', 'vanished-noise', 'other-hour']);

/**
 * A limit as text: `offset 0.04 m within 10 min`, `stuck within 1 min 30 s`, `drift not within 6 h`. Where there is no one figure:
 * `offset 0.03–0.06 m within 10 min`, `doubled noise within 4 min to 50 min`, `doubled noise not always within 1 h`.
 */
export function limitText(
  { kind, detected, size, withinMs, atMost, spread, found }: DetectionLimit,
  tag: Pick<Tag, 'unit' | 'decimals'>,
): string {
  const within = `within ${formatDuration(withinMs)}`;
  const name = names[kind];
  const largest = kind === 'scaled' ? `${name} 100 %` : name;
  if (!detected) return `${largest} not ${within}`;
  // no number: at other starts it can be half or twice as large
  if (found !== undefined) return `${largest} not always ${within}`;
  const most = atMost === true ? `${name} at most` : name;
  if (spread === undefined) return size === undefined ? `${most} ${within}` : `${most} ${sizeText(kind, [size], tag)} ${within}`;
  if (timed.has(kind)) return `${most} within ${rangeEnd(spread.least)} to ${rangeEnd(spread.most)}`;
  return `${most} ${sizeText(kind, [spread.least, spread.most], tag)} ${within}`;
}

/** All limits of a tag in one sentence, e.g. `offset 0.04 m within 10 min; drift 0.02 m/h within 6 h; stuck within 1 min 30 s`. */
export const limitsText = ({ limits }: TagLimits, tag: Pick<Tag, 'unit' | 'decimals'>): string =>
  limits.map((limit) => limitText(limit, tag)).join('; ');

/** An end of a range, to a tenth of it: ranges are no more precise. */
function rangeEnd(ms: number): string {
  const unit = [60_000, 10_000, 1_000].find((one) => one <= ms / 10) ?? 1;
  return formatDuration(Math.round(ms / unit) * unit);
}

/** One size, or the ends of a range of sizes. */
function sizeText(kind: FaultKind, sizes: readonly number[], { unit, decimals }: Pick<Tag, 'unit' | 'decimals'>): string {
  const textOf = (digits: (size: number) => string): string =>
    [...new Set(sizes.map((size) => formatNumber(Number(digits(size)))))].join('–');
  if (kind === 'scaled') return `${textOf((size) => (100 * size).toPrecision(2))} %`;
  const perHour = kind === 'drift' || kind === 'level-against-flow';
  // a rate, or a size below the resolution of the display, has two significant digits
  const text = textOf((size) => (perHour || size < 10 ** -decimals ? size.toPrecision(2) : size.toFixed(decimals)));
  const of = unit === '' ? '' : ` ${unit}`;
  return `${text}${perHour ? (unit.includes('/') ? `${of} per h` : `${of}/h`) : of}`;
}
