import type { Json } from '../../core/detector.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { BaselineStore } from '../../core/state.ts';
import type { Calibration } from '../../detection/baseline/format.ts';
import { latestReadable } from './stored.ts';

/** Name of the stored record, with a version for each day that changed a threshold. */
const name = 'site/followed';

/** Time span of a calibration, which identifies it. */
export type CalibrationSpan = Pick<Calibration, 'from' | 'to'>;

interface FollowedRecord extends CalibrationSpan {
  readonly thresholds: readonly FollowedThreshold[];
}

/** Stored increases of the thresholds of a calibration; empty for another calibration. */
export function loadFollowed(store: BaselineStore, { from, to }: CalibrationSpan): readonly FollowedThreshold[] {
  const record = latestReadable(store, name)?.content as unknown as FollowedRecord | undefined;
  return record?.from === from && record.to === to ? record.thresholds : [];
}

/** Stores increases separately from the learned baseline, which never changes. */
export function saveFollowed(
  store: BaselineStore,
  { from, to }: CalibrationSpan,
  thresholds: readonly FollowedThreshold[],
  time: number,
): void {
  const content = { from, to, thresholds } as unknown as Json;
  store.add({ name, createdAt: time, source: 'normal operation after the calibration', content });
}
