import { joinGapMs } from '../../core/join.ts';
import type { Threshold } from '../engine/index.ts';
import type { BlockMaxima } from './maxima.ts';
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

/** One channel in the joint run: where its alerts join, and the surprise that makes score 1. */
export interface JointChannel {
  readonly key: string;
  readonly threshold: Threshold;
}

/**
 * Alerts that thresholds × `multiplier` raise on the block maxima: the finding machine's hysteresis at the resolution of
 * blocks, then joining by key and time as the alert desk does.
 */
export function countAlerts(maxima: BlockMaxima, channels: readonly JointChannel[], multiplier: number): number {
  const open = new Map<string, Uint8Array>();
  channels.forEach(({ key, threshold }, channel) => {
    const begin = threshold.begin * multiplier;
    const values = maxima.of(channel);
    let inside = false;
    for (let block = 0; block < values.length; block++) {
      inside = (values[block] as number) >= (inside ? threshold.end : begin);
      if (!inside) continue;
      let blocks = open.get(key);
      if (blocks === undefined) open.set(key, (blocks = new Uint8Array(values.length)));
      blocks[block] = 1;
    }
  });
  let alerts = 0;
  for (const blocks of open.values()) alerts += countRuns(blocks, maxima.startedAt);
  return alerts;
}

/** Runs of open blocks; a closed stretch shorter than the join gap does not part them. */
function countRuns(open: Uint8Array, startedAt: Float64Array): number {
  let runs = 0;
  let closedSince = Number.NEGATIVE_INFINITY;
  let inside = false;
  for (let block = 0; block < open.length; block++) {
    const time = startedAt[block] as number;
    if (open[block] === 1) {
      if (!inside && time - closedSince > joinGapMs) runs++;
      inside = true;
    } else if (inside) {
      inside = false;
      closedSince = time;
    }
  }
  return runs;
}

/** The least multiplier ≥ 1 by which the thresholds keep the allowance. */
export function keepBudget(
  maxima: BlockMaxima,
  channels: readonly JointChannel[],
  allowed: Allowance,
): { readonly multiplier: number; readonly alerts: number } {
  for (let multiplier = 1; ; multiplier *= 1.03) {
    const alerts = countAlerts(maxima, channels, multiplier);
    if (alerts <= allowed.alerts || multiplier > 1e3) return { multiplier, alerts };
  }
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
