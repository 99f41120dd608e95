import type { BudgetPromise } from './types.ts';

const dayMs = 86_400_000;
/** Fewer expected alerts than this in the calibration can not be promised. */
const fewestExpected = 3;
/** However large the budget is against slow rows, no more than this share of them may pass. */
const rowShare = 0.003;

export interface Allowance {
  /** Alerts that the thresholds may raise in the calibration. */
  readonly alerts: number;
  /** Rows that the thresholds of one kind of detector may let pass. */
  readonly rows: number;
  readonly promised: boolean;
  readonly days: number;
  readonly missingDays: number;
}

/**
 * Alerts that may be raised in `coveredMs` of normal running. Their number k is a Poisson count, so k + √(k+1) must stay
 * within budget × time.
 * @param rows scan periods in that time
 */
export function allowance(budgetPerDay: number, coveredMs: number, rows: number): Allowance {
  const days = coveredMs / dayMs;
  const expected = budgetPerDay * days;
  const passing = rowShare * rows;
  if (expected < fewestExpected) {
    const missingDays = (fewestExpected - expected) / budgetPerDay;
    return { alerts: 2 * passing, rows: passing, promised: false, days, missingDays };
  }
  let k = 0;
  while (k + 1 + Math.sqrt(k + 2) <= expected) k++;
  return { alerts: k, rows: passing, promised: true, days, missingDays: 0 };
}

export function describePromise(budgetPerDay: number, allowed: Allowance, alerts: number): BudgetPromise {
  const achievedPerDay = allowed.days > 0 ? alerts / allowed.days : 0;
  const days = allowed.days.toPrecision(2);
  const text = allowed.promised
    ? `At most ${budgetPerDay} alerts per day on normal running: ${alerts} in ${days} days of calibration that were kept out in turn.`
    : `${budgetPerDay} alerts per day can not be promised from ${days} days of normal running: the thresholds let 0.3 % of rows pass. ` +
      `${Math.ceil(allowed.missingDays * 10) / 10} more days are needed.`;
  return { budgetPerDay, promised: allowed.promised, days: allowed.days, achievedPerDay, missingDays: allowed.missingDays, text };
}
