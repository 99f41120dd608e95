import type { UnwatchedStatus } from '../core/unwatched.ts';
import { unwatchedIn } from '../learning/baselines/unwatched.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import type { DetectionPlan } from '../detection/plan/plan.ts';

/** Unwatched channels of the baseline in use. Computed on first request, once per baseline. */
export class UnwatchedBoard {
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
