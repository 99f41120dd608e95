import { type Detector, runningStateOf } from '../../core/detector.ts';
import { TagTable } from '../../core/tag.ts';
import { type LimitedStatus, type UnwatchedStatus, unwatchedSummary } from '../../core/unwatched.ts';
import { isUsable, type LearnedStates, unlearnedStates } from '../../detection/engine/index.ts';
import { unwatchedChannels } from '../calibration/index.ts';
import type { Baseline, CalibratedDetector } from '../../detection/baseline/format.ts';
import { gapsBySetting } from '../../detection/plan/gaps.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';

/** Unwatched channels of a plan. @param baseline with decisions of people applied; undefined if there is none */
export function unwatchedIn(plan: DetectionPlan, baseline: Baseline | undefined): UnwatchedStatus {
  const detectors = detectorFactories(plan)
    .filter(({ plugin }) => plugin.threshold === 'statistical')
    .map((factory) => {
      const detector = factory.create();
      return { name: factory.name, plugin: factory.plugin, detector, channels: detector.channels };
    });
  const names = plan.tags.map(({ name }) => name);
  const lasting = detectors.flatMap((one) => lastingOnly(one, baseline?.calibration.detectors[one.name]));
  return {
    ...unwatchedChannels(detectors, names, baseline?.calibration),
    settings: gapsBySetting(plan),
    limited: limitedStatuses(new TagTable(plan.tags), baseline?.calibration.states ?? {}),
    ...(lasting.length === 0 ? {} : { lastingOnly: lasting }),
  };
}

/** Channels with a threshold above the largest surprise of a sudden deviation, with the name of their detector. */
function lastingOnly(
  { name, detector }: { readonly name: string; readonly detector: Detector },
  known: CalibratedDetector | undefined,
): string[] {
  if (detector.largestSurprise === undefined || known === undefined) return [];
  detector.restore({ baseline: known.baseline, running: runningStateOf(detector) });
  const beyond = detector.channels.filter(({ key }, channel) => {
    const threshold = known.thresholds[key];
    return threshold !== undefined && isUsable(threshold) && threshold.begin >= (detector.largestSurprise?.(channel) ?? Infinity);
  });
  return beyond.map(({ key }) => `${name} ${key}`);
}

const limitedStatuses = (tags: TagTable, learned: LearnedStates): LimitedStatus[] =>
  unlearnedStates(tags, learned).map(({ tag, states }) => {
    const { name, states: words } = tags.at(tag);
    return { tag: name, states: [...states].map((state) => words?.[state] ?? String(state)) };
  });

/** The counts, the settings that leave channels unwatched, then at most `most` channels with their reasons, one per line. */
export function unwatchedLines(status: UnwatchedStatus, most: number): string[] {
  const lines = status.unwatched.slice(0, most).map(({ channel, detector, reason, watchedFrom }) => {
    const from =
      watchedFrom === undefined
        ? ''
        : `, watched from ${new Date(watchedFrom).toISOString().slice(0, 16)}Z on if calibrated then`;
    return `  ${channel} ${detector}: ${reason}${from}`;
  });
  const more = status.unwatched.length - lines.length;
  return [unwatchedSummary(status), ...(status.settings ?? []), ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
}
