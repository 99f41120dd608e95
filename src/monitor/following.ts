import type { Clock } from '../core/clock.ts';
import type { FollowedThreshold, FollowingStatus } from '../core/monitor.ts';
import type { BaselineStore } from '../core/state.ts';
import { defaultFollowing } from '../detection/following/index.ts';
import { type CalibrationSpan, loadFollowed, saveFollowed } from '../learning/baselines/followed.ts';

/** Thresholds that follow slow change, in memory and on disk. */
export class FollowingBoard {
  readonly #store: BaselineStore;
  readonly #clock: Clock;
  #calibration: CalibrationSpan | undefined;
  #thresholds: readonly FollowedThreshold[] = [];

  constructor(store: BaselineStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Stored increases of the thresholds of a calibration. */
  use(calibration: CalibrationSpan): readonly FollowedThreshold[] {
    this.#calibration = calibration;
    this.#thresholds = loadFollowed(this.#store, calibration);
    return this.#thresholds;
  }

  /** Stores reported increases if they are new. */
  take(thresholds: readonly FollowedThreshold[]): void {
    if (this.#calibration === undefined || JSON.stringify(thresholds) === JSON.stringify(this.#thresholds)) return;
    this.#thresholds = thresholds;
    saveFollowed(this.#store, this.#calibration, thresholds, this.#clock.now());
  }

  status(): FollowingStatus {
    return { ...defaultFollowing, thresholds: this.#thresholds };
  }
}
