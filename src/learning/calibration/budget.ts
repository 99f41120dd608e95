import { leastDays, mostObserved, poissonInterval } from './prediction.ts';
import { formatDuration, formatEstimate, formatNumber } from '../../core/format.ts';
import type { BudgetPromise } from '../../detection/baseline/format.ts';

const dayMs = 86_400_000;
/** Least number of expected alerts in the calibration for a proof of the budget. */
const fewestExpected = 3;
/** Largest share of rows that may pass, for any budget. */
const rowShare = 0.003;
/** Share of the promised time spans in which a promise holds. */
const confidence = 0.9;
/** Step of a search for a length, as a share of it. */
const stepShare = 0.01;
/** Time span of a promise, days: longer for a budget with fewer than 3 expected alerts in it. */
const spanDays = 7;

/**
 * Thresholds are fitted to at least this many alerts: no tail reaches the level that nothing ever passes, and thresholds that no holdout
 * fold passes once miss faults.
 */
const leastAim = 1;

export interface Allowance {
  /** Alerts on the holdout folds with which the budget can be promised; can be 0. */
  readonly alerts: number;
  /** Alerts on the holdout folds that the thresholds are fitted to: the same, but never 0. */
  readonly aim: number;
  /** Rows that the thresholds of one kind of detector may let pass. */
  readonly rows: number;
  /** 0–1: weight of the alarm budget in the thresholds, against the share of rows; 1 if promised. */
  readonly weight: number;
  readonly promised: boolean;
  /** Alerts that the budget expects in the calibration. */
  readonly expected: number;
  readonly days: number;
  readonly missingDays: number;
}

/**
 * Alerts that may be raised in `coveredMs` of normal operation, so that the alerts of a week to come stay within the budget in
 * nine of ten weeks.
 * @param rows scan periods in that time
 */
export function allowance(budgetPerDay: number, coveredMs: number, rows: number): Allowance {
  const days = coveredMs / dayMs;
  const expected = budgetPerDay * days;
  const coming = Math.max(spanDays, fewestExpected / budgetPerDay);
  const most = Math.floor(budgetPerDay * coming);
  const observed = mostObserved(days, coming, most, confidence);
  // fewer than 3 expected alerts prove nothing even if none is seen: e⁻³ is the first power below 1 − confidence
  const promised = expected >= fewestExpected && observed >= 0;
  const alerts = promised ? observed : 0;
  const neededDays = Math.max(fewestExpected / budgetPerDay, leastDays(coming, most, confidence));
  return {
    alerts,
    aim: Math.max(leastAim, alerts),
    rows: rowShare * rows,
    weight: promised ? 1 : Math.min(1, expected / fewestExpected),
    promised,
    expected,
    days,
    missingDays: promised ? 0 : Math.max(0, neededDays - days),
  };
}

/** How thresholds are set without a promise: for the plant, and for a position in a plant that has a promise. */
export const unpromised = {
  plant: 'until then the thresholds lie between 0.3 % of rows and the budget',
  position: 'its thresholds were raised until no holdout fold raised an alert',
} as const;

/**
 * The promise as text and numbers.
 * @param alerts raised on holdout folds
 * @param otherwise how the thresholds were found if there is no promise
 */
export function describePromise(
  budgetPerDay: number,
  allowed: Allowance,
  alerts: number,
  otherwise: string = unpromised.plant,
): BudgetPromise {
  const achievedPerDay = allowed.days > 0 ? alerts / allowed.days : 0;
  const time = formatDuration(allowed.days * dayMs);
  const promised = allowed.promised && alerts <= allowed.alerts;
  const missingDays = promised ? 0 : missingFor(budgetPerDay, allowed, alerts);
  const step = missingDays < 2 ? 1 / 24 : 1;
  const missing = `${formatEstimate(Math.ceil(missingDays / step - 1e-6) * step * dayMs)} more of normal operation are needed.`;
  const text = promised
    ? `At most ${budgetPerDay} alerts per day in normal operation, in nine of ten weeks: holdout folds raise ${alerts} in ${time}.`
    : !allowed.promised
      ? `${budgetPerDay} alerts per day cannot be promised yet: ${time} of normal operation, with ` +
        `${formatNumber(allowed.expected)} expected alerts, are too few to prove it; ${otherwise}. ${missing}`
      : alerts <= allowed.aim
        ? `${budgetPerDay} alerts per day cannot be promised yet: holdout folds raise ${alerts} in ${time} of normal operation, ` +
          `and only ${allowed.alerts} would prove it. ${missing}`
        : `${budgetPerDay} alerts per day cannot be promised: the ${time} of normal operation differ so much that holdout folds ` +
          `still raise ${alerts}. Calibrate on at least ${time} more.`;
  return { budgetPerDay, promised, days: allowed.days, achievedPerDay, missingDays, text: text + expectedText(allowed, alerts) };
}

/** Share of cases in which the stated interval contains the rate of weeks like the calibration. */
const intervalConfidence = 0.8;

/** The rate that the alerts on holdout folds let expect, with its interval. */
function expectedText({ days }: Allowance, alerts: number): string {
  if (!(days > 0)) return '';
  const { low, high } = poissonInterval(alerts, intervalConfidence);
  const perDay = (count: number): string => String(Number((count / days).toPrecision(2)));
  return ` ${perDay(low)}–${perDay(high)} alerts per day are expected.`;
}

/** Days of normal operation that are missing before the budget can be promised. */
function missingFor(budgetPerDay: number, allowed: Allowance, alerts: number): number {
  if (!allowed.promised) return allowed.missingDays;
  // the thresholds cannot keep it because operation varies: at least the same time again is needed to decide
  if (alerts > allowed.aim) return allowed.days;
  let days = allowed.days;
  while (allowance(budgetPerDay, days * dayMs, 0).alerts < alerts) days *= 1 + stepShare;
  return days - allowed.days;
}
