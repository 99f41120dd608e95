import { detectors as plugins } from '../../../detectors/index.ts';
import type { DetectionPlan } from './plan.ts';

/** Most names in a sentence. */
const mostNamed = 6;

/**
 * Settings of the configuration that leave channels unwatched, one sentence each: disabled detectors, tags that a detector or the
 * groups leave out, states outside of the operating modes.
 */
export function gapsBySetting({ tags, groups, detectors }: DetectionPlan): readonly string[] {
  const types = new Set(detectors.map(({ type }) => type));
  const disabled = plugins
    .filter(({ type }) => !types.has(type))
    .map(({ type, summary }) => `Detector ${type} is disabled. Not watched: ${uncapitalised(summary)}`);
  const narrowed = detectors.flatMap(({ type, config }) => {
    const { tags: only, mostTags } = (config ?? {}) as { readonly tags?: unknown; readonly mostTags?: unknown };
    if (Array.isArray(only)) return [`Detector ${type} watches only the ${only.length} tags of its setting.`];
    if (typeof mostTags === 'number' && tags.length > mostTags)
      return [`Detector ${type} watches ${mostTags} of ${tags.length} tags at most.`];
    return [];
  });
  const grouped = new Set(groups.flatMap((group) => group.tags));
  const records = tags.filter(({ role }) => role === 'record').map(({ name }) => name);
  const recorded = records.length === 0 ? [] : [`Records of past events are stored and not judged: ${named(records)}.`];
  const alone = tags
    .filter(({ kind, role }, index) => kind === 'analog' && role !== 'record' && !grouped.has(index))
    .map(({ name }) => name);
  const ungrouped = alone.length === 0 ? [] : [`No group judges these tags together with others: ${named(alone)}.`];
  const inModes = [...new Set(tags.filter(({ modes }) => modes !== undefined).map(({ equipment }) => equipment))];
  const modes =
    inModes.length === 0 ? [] : [`In states outside of its operating modes, this equipment is not judged: ${named(inModes)}.`];
  return [...disabled, ...narrowed, ...recorded, ...ungrouped, ...modes];
}

const named = (names: readonly string[]): string =>
  names.length <= mostNamed ? names.join(', ') : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`;

const uncapitalised = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
