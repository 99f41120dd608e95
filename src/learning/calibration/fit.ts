import type { Position } from '../../core/monitor.ts';
import { allowance, describePromise, unpromised } from './budget.ts';
import type { Learned } from './learned.ts';
import { type FittedThresholds, fitThresholds } from './thresholds.ts';
import type { BudgetPromise, PositionPromise } from '../../detection/baseline/format.ts';

/** Thresholds by alarm budgets, and the promises for these. */
export interface FittedBudget {
  readonly byDetector: FittedThresholds['byDetector'];
  readonly unwatched: FittedThresholds['unwatched'];
  readonly promise: BudgetPromise;
  readonly positions: readonly PositionPromise[];
  readonly trials: FittedThresholds['trials'];
}

/** Computes thresholds from the learned maxima that keep the budget of the plant and that of each position. */
export function fitBudget(learned: Learned, budgetPerDay: number, positions: readonly Position[]): FittedBudget {
  const { coveredMs, rows } = learned;
  const plant = allowance(budgetPerDay, coveredMs, rows);
  const allowances = positions.map((position) => allowance(position.budgetPerDay, coveredMs, rows));
  // without enough data for a position's promise, no holdout alert may concern the position
  const scopes = positions.map(({ areas }, i) => ({
    areas,
    allowed: allowances[i]?.alerts ?? 0,
    provable: allowances[i]?.promised ?? false,
  }));
  const { byDetector, unwatched, alerts, trials } = fitThresholds(learned, plant, scopes);
  return {
    byDetector,
    unwatched,
    trials,
    promise: describePromise(budgetPerDay, plant, alerts[0] ?? 0),
    positions: positions.map(({ name, budgetPerDay: perDay }, i) => ({
      name,
      ...describePromise(
        perDay,
        allowances[i] ?? plant,
        alerts[i + 1] ?? 0,
        plant.promised ? unpromised.position : unpromised.plant,
      ),
    })),
  };
}
