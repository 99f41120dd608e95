import type { Clock } from '../core/clock.ts';
import type { DetectionLimitStatus } from '../core/detection-limits.ts';
import type { BaselineStore } from '../core/state.ts';
import type { DetectionPlan } from '../detection/plan/plan.ts';
import { limitStatus } from '../learning/detection-limits/stored.ts';

/** Time for which a status is used again, ms of wall time: reading it takes milliseconds. */
const freshMs = 10_000;

/** Detection limits of the baseline in use. */
export class LimitsBoard {
  readonly #store: BaselineStore;
  readonly #plan: DetectionPlan;
  readonly #wall: Clock;
  #known: { readonly status: DetectionLimitStatus; readonly at: number } | undefined;
  #isMeasuring = false;

  constructor(store: BaselineStore, plan: DetectionPlan, wall: Clock) {
    this.#store = store;
    this.#plan = plan;
    this.#wall = wall;
  }

  /** Reads the limits again on the next request: they, the baseline or a decision about it have changed. */
  forget(): void {
    this.#known = undefined;
  }

  /** Begin and end of a measurement in the background. */
  measuring(now: boolean): void {
    this.#isMeasuring = now;
    this.forget();
  }

  read(): DetectionLimitStatus {
    const now = this.#wall.monotonic();
    if (this.#known === undefined || now - this.#known.at > freshMs) this.#known = { status: this.#status(), at: now };
    return this.#known.status;
  }

  #status(): DetectionLimitStatus {
    const status = limitStatus(this.#store, this.#plan);
    return this.#isMeasuring ? { ...status, text: 'Detection limits are being measured.' } : status;
  }
}
