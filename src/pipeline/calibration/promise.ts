import { alertsOf, type JointChannel } from './joint.ts';
import type { Maxima } from './maxima.ts';

/** Thresholds that follow from a calibration without one of its parts, and that part. */
export interface Trial {
  readonly channels: readonly JointChannel[];
  readonly maxima: Maxima;
}

/** Who is promised how few alerts: the plant, or the position that has some of its areas. */
export interface Share {
  /** All areas if undefined. */
  readonly areas: readonly string[] | undefined;
  /** Alerts that may be raised on the parts of the calibration that were kept out. */
  readonly allowed: number;
}

/** Factors on thresholds are tried in steps of 5 %: powers of it, the largest first. */
const step = 1.05;
/** 1.05²³ = 3.07: what then still passes is another running, and higher thresholds would see nothing. */
const mostPower = 23;

/**
 * Thresholds times the smallest factor, 1 or more, with which each share has no more alerts than it is allowed on parts of the
 * calibration that the thresholds were not fitted to: first one factor for the plant, then a further one for the areas of each
 * position that has too many. Where no factor does, it is the smallest that does as much as any. Factors are tried from the largest down and the first that fails ends it (fixed sequence
 * testing: Angelopoulos et al., *Learn then Test*, 2021), so that trying many costs no confidence.
 * @returns the thresholds, and by share the alerts that they would have raised on those parts
 */
export function keepPromise(
  channels: readonly JointChannel[],
  trials: readonly Trial[],
  shares: readonly Share[],
): { readonly channels: readonly JointChannel[]; readonly alerts: readonly number[] } {
  const powers = new Int8Array(channels.length);
  const times = (one: JointChannel, i: number): JointChannel => {
    const { begin, end } = one.threshold;
    return { ...one, threshold: { begin: begin * step ** (powers[i] as number), end } };
  };
  const judged = trials.map(({ channels: fitted, maxima }) => {
    const highest = Float32Array.from(fitted, (_, i) => maxima.of(i).reduce((most, value) => Math.max(most, value), 0));
    // most channels stay far below: they need not be looked at block by block
    return {
      maxima,
      scaled: () => fitted.map(times).map((one, i) => ((highest[i] as number) < one.threshold.begin ? silent : one)),
    };
  });
  const countOf = (share: Share): number => judged.reduce((sum, { maxima, scaled }) => sum + countIn(share, maxima, scaled()), 0);
  for (const share of shares) {
    const own = channels.flatMap((channel, i) => (isIn(share, channel) ? [i] : []));
    const before = powers.slice();
    const raise = (by: number): void => own.forEach((i) => (powers[i] = (before[i] as number) + by));
    let kept = mostPower;
    raise(kept);
    const most = Math.max(share.allowed, countOf(share));
    while (kept > 0 && countOf(share) <= most) raise(--kept);
    if (countOf(share) > most) raise(kept + 1);
  }
  return { channels: channels.map(times), alerts: shares.map(countOf) };
}

const silent: JointChannel = { key: '', area: '', threshold: { begin: Number.POSITIVE_INFINITY, end: 0 } };

/** Alerts of a share on some maxima. */
export function countIn(share: Share, maxima: Maxima, channels: readonly JointChannel[]): number {
  return alertsOf(maxima, channels).filter((alert) => isIn(share, alert)).length;
}

const isIn = ({ areas }: Share, { area }: { readonly area: string }): boolean => areas === undefined || areas.includes(area);
