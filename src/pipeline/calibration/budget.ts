import { mostObserved } from './prediction.ts';
import type { BudgetPromise } from './types.ts';

const dayMs = 86_400_000;
/** Fewer expected alerts than this in the calibration can not be promised. */
const fewestExpected = 3;
/** However large the budget is against slow rows, no more than this share of them may pass. */
const rowShare = 0.003;
/** A promise holds in this share of the spans that it speaks of. */
const confidence = 0.9;
/** The span that a promise speaks of, days: longer where a budget is so small that it expects fewer than 3 alerts in it. */
const spanDays = 7;

export interface Allowance {
  /** Alerts that the thresholds may raise on the parts of the calibration that were kept out. */
  readonly alerts: number;
  /** Rows that the thresholds of one kind of detector may let pass. */
  readonly rows: number;
  readonly promised: boolean;
  readonly days: number;
  readonly missingDays: number;
}

/**
 * Alerts that may be raised in `coveredMs` of normal running, so that the alerts of a week to come stay within the budget in
 * nine of ten weeks.
 * @param rows scan periods in that time
 */
export function allowance(budgetPerDay: number, coveredMs: number, rows: number): Allowance {
  const days = coveredMs / dayMs;
  const expected = budgetPerDay * days;
  const passing = rowShare * rows;
  if (expected < fewestExpected) {
    const missingDays = (fewestExpected - expected) / budgetPerDay;
    return { alerts: passing, rows: passing, promised: false, days, missingDays };
  }
  const coming = Math.max(spanDays, fewestExpected / budgetPerDay);
  // 3 expected alerts and none seen is the least from which anything can be said: e⁻³ < 1 − confidence
  const alerts = Math.max(0, mostObserved(days, coming, Math.floor(budgetPerDay * coming), confidence));
  return { alerts, rows: passing, promised: true, days, missingDays: 0 };
}

/** What thresholds are without a promise: those of the plant, and the further ones of a position in a plant that has one. */
export const unpromised = {
  plant: 'the thresholds let 0.3 % of rows pass',
  position: 'its thresholds were raised until no part that was kept out called it',
} as const;

/**
 * The promise in words and figures.
 * @param alerts raised on the parts of the calibration that were kept out
 * @param otherwise how the thresholds were found if there is no promise
 */
export function describePromise(
  budgetPerDay: number,
  allowed: Allowance,
  alerts: number,
  otherwise: string = unpromised.plant,
): BudgetPromise {
  const achievedPerDay = allowed.days > 0 ? alerts / allowed.days : 0;
  const days = allowed.days < 100 ? allowed.days.toPrecision(2) : allowed.days.toFixed(0);
  const kept = alerts <= allowed.alerts;
  const promised = allowed.promised && kept;
  // a part that raises too many whatever the thresholds are is another running: there must be at least as much again to tell
  const missingDays = allowed.promised && !kept ? allowed.days : allowed.missingDays;
  const text = promised
    ? `At most ${budgetPerDay} alerts per day on normal running, in nine of ten weeks: ${alerts} in ${days} days of calibration that were kept out in turn.`
    : allowed.promised
      ? `${budgetPerDay} alerts per day can not be promised: the ${days} days of normal running differ so much that parts kept out ` +
        `in turn still raise ${alerts}. Calibrate on at least ${days} more days.`
      : `${budgetPerDay} alerts per day can not be promised from ${days} days of normal running: ${otherwise}. ` +
        `${Math.ceil(allowed.missingDays * 10) / 10} more days are needed.`;
  return { budgetPerDay, promised, days: allowed.days, achievedPerDay, missingDays, text };
}
