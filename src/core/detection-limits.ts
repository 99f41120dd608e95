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
 * size have none: their limit is the time to their detection.
 */
export interface DetectionLimit {
  readonly kind: FaultKind;
  /** False if most starts were not detected, not even at the largest size. */
  readonly detected: boolean;
  /** Absent for faults of one size, and if not detected. */
  readonly size?: number;
  /** Stated time, or the measured time to the detection of a fault of one size, ms. */
  readonly withinMs: number;
  readonly starts: number;
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

/** Faults of one size, as text. */
const fixed: Readonly<Partial<Record<FaultKind, string>>> = {
  stuck: 'stuck',
  'doubled-noise': 'doubled noise',
  'vanished-noise': 'vanished noise',
  'other-hour': 'values of 3 h ago',
};
const sized: Readonly<Partial<Record<FaultKind, string>>> = {
  offset: 'offset',
  drift: 'drift',
  scaled: 'scaled by',
  'single-spike': 'spike of',
  'level-against-flow': 'level against flow',
};

/** A limit as text: `offset 0.04 m within 10 min`, `stuck within 1 min 30 s`, `drift not within 6 h`. */
export function limitText(
  { kind, detected, size, withinMs, atMost }: DetectionLimit,
  tag: Pick<Tag, 'unit' | 'decimals'>,
): string {
  const within = `within ${formatDuration(withinMs)}`;
  const name = sized[kind] ?? fixed[kind] ?? kind;
  if (!detected) return `${name} ${kind === 'scaled' ? '100 % ' : ''}not ${within}`;
  const most = atMost === true ? 'at most ' : '';
  return size === undefined ? `${name} ${most}${within}` : `${name} ${most}${sizeText(kind, size, tag)} ${within}`;
}

/** All limits of a tag in one sentence, e.g. `offset 0.04 m within 10 min; drift 0.02 m/h within 6 h; stuck within 1 min 30 s`. */
export const limitsText = ({ limits }: TagLimits, tag: Pick<Tag, 'unit' | 'decimals'>): string =>
  limits.map((limit) => limitText(limit, tag)).join('; ');

function sizeText(kind: FaultKind, size: number, { unit, decimals }: Pick<Tag, 'unit' | 'decimals'>): string {
  if (kind === 'scaled') return `${formatNumber(Number((100 * size).toPrecision(2)))} %`;
  const perHour = kind === 'drift' || kind === 'level-against-flow';
  // a rate, or a size below the resolution of the display, has two significant digits
  const digits = perHour || size < 10 ** -decimals ? size.toPrecision(2) : size.toFixed(decimals);
  const of = unit === '' ? '' : ` ${unit}`;
  return `${formatNumber(Number(digits))}${perHour ? (unit.includes('/') ? `${of} per h` : `${of}/h`) : of}`;
}
