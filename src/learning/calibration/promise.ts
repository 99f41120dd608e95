import { alertsOf, type JointChannel } from './joint.ts';
import type { Maxima } from './maxima.ts';

/** Thresholds fitted without one part of the calibration, and that part. */
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
  /** True if the data could prove the budget: alerts that remain at the largest factor then do not count. */
  readonly provable: boolean;
}

/** Step by which thresholds become rarer, in e-folds of the rate at which their channels exceed them. */
const step = 0.25;
/** e³ = 20 times rarer than fitted: alerts beyond it come from other operation, and higher thresholds would detect nothing. */
const mostSteps = 12;
/** The same in e-folds. */
export const mostFolds = step * mostSteps;

/**
 * Makes thresholds rarer by the smallest common factor with which each part of the plant has at most its allowed alerts on
 * holdout parts. First a factor for the plant is found, then a further one for the areas of each position with too many alerts.
 * Each detector then returns as far as no alert comes back: one that raises none on the holdout parts keeps its sensitivity.
 * Each channel rises along its own tail, so that one with large surprises does not reduce the sensitivity of others. If no factor
 * suffices although the data could prove the budget, the alerts that remain at the largest one come from other operation. They must not cost
 * sensitivity: the thresholds rise until the other alerts are as many as allowed. With fewer data the smallest factor with the best result is used.
 * Factors are tried from the largest down, and the first failure ends the search (fixed sequence testing: Angelopoulos et al.,
 * *Learn then Test*, 2021). Many trials therefore cost no confidence.
 * @returns the thresholds, and the alerts of each scope on the holdout parts
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
    // most channels stay far below and need no check by block
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
    const lasting = countOf(share);
    // alerts that not even the rarest thresholds avoid come from other operation: they must not cost sensitivity, and the rest keeps the budget
    const fails = lasting > share.allowed;
    const most = !fails ? share.allowed : share.provable ? lasting + share.allowed : lasting;
    while (kept > 0 && countOf(share) <= most) raise(--kept);
    if (countOf(share) > most) raise(kept + 1);
    const reached = countOf(share);
    for (const group of Map.groupBy(own, (i) => channels[i]?.detector).values()) {
      const lower = (by: number): void => group.forEach((i) => (steps[i] = (steps[i] as number) - by));
      while ((steps[group[0] as number] as number) > (before[group[0] as number] as number) && countOf(share) <= reached)
        lower(1);
      if (countOf(share) > reached) lower(-1);
    }
  }
  return { channels: channels.map(raised), alerts: scopes.map(countOf) };
}

export const silent: JointChannel = {
  detector: '',
  key: '',
  area: '',
  threshold: { begin: Number.POSITIVE_INFINITY, end: 0 },
  scale: 0,
};

/** Thresholds at the largest factor. Alerts that remain there come from other operation, and no threshold of a promise avoids them. */
export const rarest = (channels: readonly JointChannel[]): JointChannel[] =>
  channels.map((one) => ({
    ...one,
    threshold: { begin: one.threshold.begin + one.scale * step * mostSteps, end: one.threshold.end },
  }));

/** Number of alerts of a scope on some maxima. */
export function countIn(share: BudgetScope, maxima: Maxima, channels: readonly JointChannel[]): number {
  return alertsOf(maxima, channels).filter((alert) => isIn(share, alert)).length;
}

const isIn = ({ areas }: BudgetScope, { area }: { readonly area: string }): boolean =>
  areas === undefined || areas.includes(area);
