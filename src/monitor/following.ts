import type { Clock } from '../core/clock.ts';
import type { FollowedThreshold, FollowingStatus } from '../core/monitor.ts';
import type { BaselineStore } from '../core/state.ts';
import { defaultFollowing } from '../detection/following/index.ts';
import { type CalibrationSpan, loadFollowed, saveFollowed } from '../learning/baselines/followed.ts';

/** The thresholds that follow slow change, as they are now and on disk. */
export class FollowingBoard {
  readonly #store: BaselineStore;
  readonly #clock: Clock;
  #calibration: CalibrationSpan | undefined;
  #thresholds: readonly FollowedThreshold[] = [];

  constructor(store: BaselineStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** What the thresholds of this calibration have followed so far. */
  use(calibration: CalibrationSpan): readonly FollowedThreshold[] {
    this.#calibration = calibration;
    this.#thresholds = loadFollowed(this.#store, calibration);
    return this.#thresholds;
  }

  /** Keeps what the detectors say of it, if that is news. */
  take(thresholds: readonly FollowedThreshold[]): void {
    if (this.#calibration === undefined || JSON.stringify(thresholds) === JSON.stringify(this.#thresholds)) return;
    this.#thresholds = thresholds;
    saveFollowed(this.#store, this.#calibration, thresholds, this.#clock.now());
  }

  status(): FollowingStatus {
    return { ...defaultFollowing, thresholds: this.#thresholds };
  }
}
