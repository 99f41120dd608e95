import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../core/detector.ts';
import type { FollowedThreshold, FollowingStatus } from '../../core/monitor.ts';
import type { BaselineStore } from '../../core/state.ts';
import type { Calibration } from '../../pipeline/calibration/index.ts';
import { defaultFollowing } from '../../pipeline/following/index.ts';

/** Name under which it is kept beside the baseline, a version for each day that moved a threshold. */
const name = 'site/followed';

/** What thresholds of one calibration have followed; which one, its span of time tells. */
interface FollowingRecord {
  readonly from: number;
  readonly to: number;
  readonly thresholds: readonly FollowedThreshold[];
}

/** The record of thresholds that follow slow change: kept apart from what was learned, which it never changes. */
export class FollowingBoard {
  readonly #store: BaselineStore;
  readonly #clock: Clock;
  #record: FollowingRecord | undefined;

  constructor(store: BaselineStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#record = store.latest(name)?.content as unknown as FollowingRecord | undefined;
  }

  /** What the thresholds of this calibration have followed so far; those of another one begin where it set them. */
  use({ from, to }: Pick<Calibration, 'from' | 'to'>): readonly FollowedThreshold[] {
    if (this.#record?.from !== from || this.#record.to !== to) this.#record = { from, to, thresholds: [] };
    return this.#record.thresholds;
  }

  /** Keeps what the detectors say of it, if that is news. */
  take(thresholds: readonly FollowedThreshold[]): void {
    if (this.#record === undefined || JSON.stringify(thresholds) === JSON.stringify(this.#record.thresholds)) return;
    this.#record = { ...this.#record, thresholds };
    const content = this.#record as unknown as Json;
    this.#store.add({ name, createdAt: this.#clock.now(), source: 'normal running after the calibration', content });
  }

  status(): FollowingStatus {
    return { ...defaultFollowing, thresholds: this.#record?.thresholds ?? [] };
  }
}
