import type { UnwatchedStatus } from '../core/unwatched.ts';
import { unwatchedIn } from '../learning/baselines/unwatched.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import type { DetectionPlan } from '../detection/plan/plan.ts';
import { BudgetBoard } from './budgets.ts';
import { FollowingBoard } from './following.ts';
import { LearningBoard } from './learning.ts';
import { LimitsBoard } from './limits.ts';
import type { MonitorRuntime } from './runtime.ts';

/** Facts about the baseline in use, for the dashboard. */
export class BaselineBoards {
  readonly learning: LearningBoard;
  readonly budgets: BudgetBoard;
  readonly following: FollowingBoard;
  readonly unwatched: UnwatchedBoard;
  readonly limits: LimitsBoard;

  constructor({ options, wall }: MonitorRuntime, plan: DetectionPlan) {
    const { config, state, clock } = options;
    const { site, budgetPerDay, tags } = config;
    this.learning = new LearningBoard(tags, plan);
    this.budgets = new BudgetBoard({ site, budgetPerDay, alerts: state.alerts, clock, wall });
    this.following = new FollowingBoard(state.baselines, clock);
    this.unwatched = new UnwatchedBoard(plan);
    this.limits = new LimitsBoard(state.baselines, plan, wall);
  }

  /** @param since begin of the thresholds of the baseline, ms UTC */
  use(baseline: Baseline, since: number): void {
    this.learning.ready(baseline);
    this.unwatched.use(baseline);
    this.limits.forget();
    this.budgets.use(baseline.calibration, since);
  }
}

/** Unwatched channels of the baseline in use. Computed on first request, once per baseline. */
class UnwatchedBoard {
  readonly #plan: DetectionPlan;
  #baseline: Baseline | undefined;
  #status: UnwatchedStatus | undefined;

  constructor(plan: DetectionPlan) {
    this.#plan = plan;
  }

  use(baseline: Baseline): void {
    this.#baseline = baseline;
    this.#status = undefined;
  }

  read(): UnwatchedStatus {
    return (this.#status ??= unwatchedIn(this.#plan, this.#baseline));
  }
}
