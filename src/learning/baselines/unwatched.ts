import { type UnwatchedStatus, unwatchedSummary } from '../../core/unwatched.ts';
import { unwatchedChannels } from '../calibration/index.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';

/** Unwatched channels of a plan. @param baseline with decisions of people applied; undefined if there is none */
export function unwatchedIn(plan: DetectionPlan, baseline: Baseline | undefined): UnwatchedStatus {
  const detectors = detectorFactories(plan)
    .filter(({ plugin }) => plugin.threshold === 'statistical')
    .map((factory) => ({ name: factory.name, plugin: factory.plugin, channels: factory.create().channels }));
  return unwatchedChannels(
    detectors,
    plan.tags.map(({ name }) => name),
    baseline?.calibration,
  );
}

/** The counts, then at most `most` channels with their reasons, one per line. */
export function unwatchedLines(status: UnwatchedStatus, most: number): string[] {
  const lines = status.unwatched.slice(0, most).map(({ channel, detector, reason, watchedFrom }) => {
    const from =
      watchedFrom === undefined
        ? ''
        : `, watched from ${new Date(watchedFrom).toISOString().slice(0, 16)}Z on if calibrated then`;
    return `  ${channel} ${detector}: ${reason}${from}`;
  });
  const more = status.unwatched.length - lines.length;
  return [unwatchedSummary(status), ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
}
