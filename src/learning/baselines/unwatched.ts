import { TagTable } from '../../core/tag.ts';
import { type LimitedStatus, type UnwatchedStatus, unwatchedSummary } from '../../core/unwatched.ts';
import { type LearnedStates, unlearnedStates } from '../../detection/engine/index.ts';
import { unwatchedChannels } from '../calibration/index.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { gapsBySetting } from '../../detection/plan/gaps.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';

/** Unwatched channels of a plan. @param baseline with decisions of people applied; undefined if there is none */
export function unwatchedIn(plan: DetectionPlan, baseline: Baseline | undefined): UnwatchedStatus {
  const detectors = detectorFactories(plan)
    .filter(({ plugin }) => plugin.threshold === 'statistical')
    .map((factory) => ({ name: factory.name, plugin: factory.plugin, channels: factory.create().channels }));
  const names = plan.tags.map(({ name }) => name);
  return {
    ...unwatchedChannels(detectors, names, baseline?.calibration),
    settings: gapsBySetting(plan),
    limited: limitedStatuses(new TagTable(plan.tags), baseline?.calibration.states ?? {}),
  };
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
