import {
  type DetectionLimitStatus,
  limitsText,
  type MeasuredLimits,
  type TagLimits,
  type TagWithoutLimit,
} from '../../core/detection-limits.ts';
import type { Json } from '../../core/detector.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { BaselineStore } from '../../core/state.ts';
import { TagTable } from '../../core/tag.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';
import { tagsReadFor } from './observers.ts';
import { loadFollowed } from '../baselines/followed.ts';
import { loadReview, type Review } from '../baselines/review.ts';
import { learnedBaseline } from '../baselines/store.ts';
import { latestReadable } from '../baselines/stored.ts';

const name = 'site/limits';
/** Fraction by which a threshold may have followed slow change before the limits of its tags no longer hold. */
const mostFollowed = 0.1;

/** Stored detection limits of one version of the baseline. */
interface StoredLimits extends MeasuredLimits {
  /** Version of the learned baseline, and the span of its calibration. */
  readonly of: number;
  readonly from: number;
  readonly to: number;
  /** Decisions of people that were in force, see `decisionsOf`. */
  readonly decided: Readonly<Record<string, string>>;
}

/** Stores limits of the newest baseline with the present decisions. @returns the new version; undefined without a baseline */
export function saveLimits(
  store: BaselineStore,
  plan: DetectionPlan,
  measured: MeasuredLimits,
  time: number,
): number | undefined {
  const learned = learnedBaseline(store, plan);
  if (learned === undefined) return undefined;
  const { version, traffic, baseline } = learned;
  const { from, to } = baseline.calibration;
  const limits: StoredLimits = { ...measured, of: version, from, to, decided: decisionsOf(loadReview(store, version, traffic)) };
  return store.add({ name, createdAt: time, source: measured.text, content: JSON.parse(JSON.stringify(limits)) as Json });
}

/** Detection limits of the newest baseline of a plan. */
export function limitStatus(store: BaselineStore, plan: DetectionPlan): DetectionLimitStatus {
  const learned = learnedBaseline(store, plan);
  if (learned === undefined) return none(plan, 'No baseline: detection limits are measured after a calibration.');
  const { version, traffic, baseline } = learned;
  const stored = latestReadable(store, name);
  const limits = stored?.content as unknown as StoredLimits | undefined;
  const { from, to } = baseline.calibration;
  if (stored === undefined || limits?.from !== from || limits.to !== to)
    return none(plan, `Not determined for baseline version ${version}. scadawatch baseline measure-limits measures them.`);
  const tags = new Map(plan.tags.map((tag) => [tag.name, tag]));
  // another version of the same calibration: its review has changed thresholds
  const isEarlier = limits.of !== version;
  const changed = [
    ...changedChannels(limits.decided, decisionsOf(loadReview(store, version, traffic))),
    ...loadFollowed(store, baseline.calibration).filter(({ by }) => by > mostFollowed),
  ];
  const outdated: { has(tag: string): boolean } = isEarlier ? tags : tagsOf(changed, plan);
  const known = limits.tags
    .filter(({ tag }) => tags.has(tag))
    .map((one): TagLimits => (outdated.has(one.tag) ? { ...one, outdated: true } : one));
  return {
    text: [
      limits.text,
      ...(isEarlier ? [`That was baseline version ${limits.of}; version ${version} has other thresholds.`] : []),
      ...(known.some(({ outdated: isOld }) => isOld) ? ['scadawatch baseline measure-limits measures them again.'] : []),
    ].join(' '),
    measuredAt: stored.createdAt,
    tags: known.filter(hasLimit).toSorted(bySensitivity(tags)),
    without: withoutLimit(plan, known, limits.complete),
  };
}

const hasLimit = ({ limits }: TagLimits): boolean => limits.some(({ detected }) => detected);

const none = (plan: DetectionPlan, text: string): DetectionLimitStatus => ({
  text,
  tags: [],
  without: plan.tags.map(({ name: tag }) => ({ tag, reason: 'not determined yet' })),
});

function withoutLimit({ tags }: DetectionPlan, known: readonly TagLimits[], complete: boolean): TagWithoutLimit[] {
  const byTag = new Map(known.map((one) => [one.tag, one]));
  return tags.flatMap(({ name: tag, kind }): TagWithoutLimit[] => {
    const one = byTag.get(tag);
    if (one !== undefined) return hasLimit(one) ? [] : [{ tag, reason: 'no standard fault was detected' }];
    const isConstant = kind === 'text' || complete;
    return [{ tag, reason: isConstant ? 'no standard fault applies, because it did not change' : 'not determined yet' }];
  });
}

/** Tags with most undetected faults first, then those with the largest detected offset in relation to their range. */
function bySensitivity(tags: ReadonlyMap<string, DetectionPlan['tags'][number]>) {
  const undetected = ({ limits }: TagLimits): number => limits.filter(({ detected }) => !detected).length;
  const offset = ({ tag, limits }: TagLimits): number => {
    const { low = 0, high = 1 } = tags.get(tag)?.range ?? {};
    const { size, spread } = limits.find(({ kind }) => kind === 'offset') ?? {};
    return (size ?? spread?.most ?? 0) / (high - low);
  };
  return (a: TagLimits, b: TagLimits): number => undetected(b) - undetected(a) || offset(b) - offset(a);
}

/** Decisions that change what is detected, as text, by entry. */
const decisionsOf = ({ lines }: Review): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines.flatMap(({ detector, channel, name: line, edited, unlearned, raised }) =>
      edited === undefined && unlearned === undefined && raised === undefined
        ? []
        : [
            [
              [detector, channel, line].join('\n'),
              // absent without a raised threshold, as earlier versions have stored it
              JSON.stringify([edited?.figures, unlearned !== undefined, ...(raised === undefined ? [] : [raised.to])]),
            ] as const,
          ],
    ),
  );

type ChannelRef = Pick<FollowedThreshold, 'detector' | 'channel'>;

function changedChannels(before: StoredLimits['decided'], now: StoredLimits['decided']): ChannelRef[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys]
    .filter((key) => before[key] !== now[key])
    .map((key) => {
      const [detector = '', channel = ''] = key.split('\n');
      return { detector, channel };
    });
}

/** Names of the tags that some channels read. */
function tagsOf(changed: readonly ChannelRef[], plan: DetectionPlan): Set<string> {
  if (changed.length === 0) return new Set();
  const tags = new TagTable(plan.tags);
  const keys = new Set(changed.map(({ detector, channel }) => `${detector}\n${channel}`));
  const read = detectorFactories(plan)
    .filter((factory) => changed.some(({ detector }) => detector === factory.name))
    .flatMap((factory) =>
      factory
        .create()
        .channels.filter(({ key }) => keys.has(`${factory.name}\n${key}`))
        .flatMap((channel) => tagsReadFor(factory.plugin, channel.tags, tags, plan.groups)),
    );
  return new Set(read.map((tag) => tags.at(tag).name));
}

/** The origin, then at most `most` tags with their limits and as many without, one per line. */
export function limitLines({ text, tags, without }: DetectionLimitStatus, plan: DetectionPlan, most: number): string[] {
  const byName = new Map(plan.tags.map((tag) => [tag.name, tag]));
  const known = tags.slice(0, most).map((one) => {
    const old = one.outdated === true ? ' (outdated: thresholds have changed since)' : '';
    return `  ${one.tag}: ${limitsText(one, byName.get(one.tag) ?? { unit: '', decimals: 2 })}${old}`;
  });
  const more = (all: number): string[] => (all > most ? [`  and ${all - most} more`] : []);
  const reasons = without.slice(0, most).map(({ tag, reason }) => `  ${tag}: no limit, ${reason}`);
  return [`Detection limits: ${text}`, ...known, ...more(tags.length), ...reasons, ...more(without.length)];
}
