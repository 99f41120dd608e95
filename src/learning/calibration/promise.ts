import { alertsOf, type JointChannel } from './joint.ts';
import type { Maxima } from './maxima.ts';

/** Thresholds that follow from a calibration without one of its parts, and that part. */
export interface Trial {
  readonly channels: readonly JointChannel[];
  readonly maxima: Maxima;
}

/** Alarm budget of the plant, or of the operator position that has some of its areas. */
export interface BudgetScope {
  /** All areas if undefined. */
  readonly areas: readonly string[] | undefined;
  /** Allowed alerts on the holdout parts of the calibration. */
  readonly allowed: number;
}

/** Steps by which thresholds are made rarer, in e-folds of the rate at which their channels pass them. */
const step = 0.25;
/** e³ = 20 times rarer than fitted: alerts beyond it come from other operation, and higher thresholds would detect nothing. */
const mostSteps = 12;

/**
 * Makes thresholds rarer by the smallest common factor with which each part of the plant has no more than its allowed alerts on
 * holdout parts: first one factor for the plant, then a further one for the areas
 * of each position that has too many. Each channel rises along its own tail, so that one with large surprises does not reduce the sensitivity of a calm one
 * on another scale. If no factor is enough, it is the smallest with the best result. Factors are tried from the
 * largest down and the first that fails ends it (fixed sequence testing: Angelopoulos et al., *Learn then Test*, 2021), so that
 * trying many costs no confidence.
 * @returns the thresholds, and by share the alerts that they would have raised on those parts
 */
export function raiseForHoldouts(
  channels: readonly JointChannel[],
  trials: readonly Trial[],
  scopes: readonly BudgetScope[],
): { readonly channels: readonly JointChannel[]; readonly alerts: readonly number[] } {
  const steps = new Int8Array(channels.length);
  const raised = (one: JointChannel, i: number): JointChannel => {
    const { begin, end } = one.threshold;
    return { ...one, threshold: { begin: begin + one.scale * step * (steps[i] as number), end } };
  };
  const judged = trials.map(({ channels: fitted, maxima }) => {
    const highest = Float32Array.from(fitted, (_, i) => maxima.of(i).reduce((most, value) => Math.max(most, value), 0));
    // most channels stay far below: they need not be looked at block by block
    return {
      maxima,
      scaled: () => fitted.map(raised).map((one, i) => ((highest[i] as number) < one.threshold.begin ? silent : one)),
    };
  });
  const countOf = (share: BudgetScope): number =>
    judged.reduce((sum, { maxima, scaled }) => sum + countIn(share, maxima, scaled()), 0);
  for (const share of scopes) {
    const own = channels.flatMap((channel, i) => (isIn(share, channel) ? [i] : []));
    const before = steps.slice();
    const raise = (by: number): void => own.forEach((i) => (steps[i] = (before[i] as number) + by));
    let kept = mostSteps;
    raise(kept);
    const most = Math.max(share.allowed, countOf(share));
    while (kept > 0 && countOf(share) <= most) raise(--kept);
    if (countOf(share) > most) raise(kept + 1);
  }
  return { channels: channels.map(raised), alerts: scopes.map(countOf) };
}

const silent: JointChannel = { key: '', area: '', threshold: { begin: Number.POSITIVE_INFINITY, end: 0 }, scale: 0 };

/** Alerts of a share on some maxima. */
export function countIn(share: BudgetScope, maxima: Maxima, channels: readonly JointChannel[]): number {
  return alertsOf(maxima, channels).filter((alert) => isIn(share, alert)).length;
}

const isIn = ({ areas }: BudgetScope, { area }: { readonly area: string }): boolean =>
  areas === undefined || areas.includes(area);
