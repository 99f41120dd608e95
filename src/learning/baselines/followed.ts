import type { Json } from '../../core/detector.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { BaselineStore } from '../../core/state.ts';
import type { Calibration } from '../../detection/baseline/format.ts';
import { latestReadable } from './stored.ts';

/** Name under which it is kept beside the baseline, a version for each day that moved a threshold. */
const name = 'site/followed';

/** A calibration as far as its span of time tells it from others. */
export type CalibrationSpan = Pick<Calibration, 'from' | 'to'>;

interface FollowedRecord extends CalibrationSpan {
  readonly thresholds: readonly FollowedThreshold[];
}

/** What the thresholds of a calibration have followed so far; those of another one begin where it set them. */
export function loadFollowed(store: BaselineStore, { from, to }: CalibrationSpan): readonly FollowedThreshold[] {
  const record = latestReadable(store, name)?.content as unknown as FollowedRecord | undefined;
  return record?.from === from && record.to === to ? record.thresholds : [];
}

/** Keeps it apart from what was learned, which it never changes. */
export function saveFollowed(
  store: BaselineStore,
  { from, to }: CalibrationSpan,
  thresholds: readonly FollowedThreshold[],
  time: number,
): void {
  const content = { from, to, thresholds } as unknown as Json;
  store.add({ name, createdAt: time, source: 'normal operation after the calibration', content });
}
