import type { Channel, DetectorPlugin } from '../../core/detector.ts';
import type { Certainty, Contribution, Explanation, Finding } from '../../core/finding.ts';
import type { Tag, TagTable } from '../../core/tag.ts';
import { expectedState, stateWord } from '../../detector-kit/words.ts';

/** A tag with at least this share of the surprise is named in the finding. */
const namedShare = 0.1;
/** A channel that spans several equipments takes that of the first contribution if it has at least this share. */
const locatedShare = 0.2;
const mostTags = 5;

export interface Opening {
  readonly detector: string;
  readonly channel: Channel;
  readonly plugin: Pick<DetectorPlugin, 'threshold' | 'physical' | 'network' | 'signal' | 'deliberate' | 'lookbackMs'>;
  readonly time: number;
  readonly since: number;
  /** Delay of the monitor, ms; 0 while it is on time. */
  readonly lateMs: number;
  readonly score: number;
  readonly peak: number;
  readonly certainty: Certainty;
  readonly explanation: Explanation;
}

/** An explanation with the state names of discrete tags, for any detector. */
export function inWords(explanation: Explanation, tags: TagTable): Explanation {
  const contributions = explanation.contributions.map((part): Contribution => {
    const tag = tags.tags[tags.indexOf(part.tag) ?? -1];
    return tag === undefined || tag.kind !== 'discrete' || !Number.isInteger(part.measured) ? part : worded(part, tag);
  });
  return { ...explanation, contributions };
}

function worded(part: Contribution, tag: Tag): Contribution {
  const { measured, expected } = part;
  const states = { measured: stateWord(tag, measured) };
  if (!Number.isFinite(expected)) return { ...part, states };
  return { ...part, states: { ...states, expected: expectedState(expected, measured, tag) } };
}

/** A new finding. Its place and tags come from the channel, or from the explanation if the channel spans several equipments. */
export function beginFinding(opening: Opening, tags: TagTable): Finding {
  const lookbackMs = (opening.plugin.lookbackMs ?? 0) + opening.lateMs;
  const { detector, plugin, channel, time, explanation } = opening;
  return {
    id: `${detector}/${channel.key}/${new Date(time).toISOString()}`,
    detector,
    channel: channel.key,
    ...locate(channel, explanation, tags),
    device: channel.device,
    tags: contributingTags(channel, explanation, tags),
    since: opening.since,
    beganAt: time,
    updatedAt: time,
    score: opening.score,
    peak: opening.peak,
    certainty: opening.certainty,
    explanation,
    alarm: plugin.threshold === 'stated' ? alarmOf(channel, tags) : undefined,
    ...(plugin.physical === undefined ? {} : { physical: plugin.physical }),
    ...(plugin.network === undefined ? {} : { network: plugin.network }),
    ...(plugin.signal === undefined ? {} : { signal: plugin.signal }),
    ...(plugin.deliberate === undefined ? {} : { deliberate: plugin.deliberate }),
    ...(lookbackMs === 0 ? {} : { lookbackMs }),
  };
}

/** The tags with the largest contributions to an explanation. */
export function contributingTags(channel: Channel, explanation: Explanation, tags: TagTable): readonly string[] {
  const named = explanation.contributions
    .filter(({ share }, index) => index === 0 || Math.abs(share) >= namedShare)
    .slice(0, mostTags)
    .map(({ tag }) => tag);
  return named.length > 0 ? named : channel.tags.slice(0, mostTags).map((index) => tags.at(index).name);
}

function locate(
  channel: Channel,
  explanation: Explanation,
  tags: TagTable,
): { readonly area: string; readonly equipment: string } {
  const first = explanation.contributions[0];
  const index = first === undefined ? undefined : tags.indexOf(first.tag);
  if (channel.equipment !== '' || channel.device !== undefined || first === undefined || index === undefined)
    return { area: channel.area, equipment: channel.equipment };
  const { area, equipment } = tags.at(index);
  if (Math.abs(first.share) >= locatedShare) return { area, equipment };
  return { area: channel.area === '' ? area : channel.area, equipment: '' };
}

/** A stated rule is an alarm if the user gave a priority and a response: with the rule itself, or with the limits of its one tag. */
function alarmOf(channel: Channel, tags: TagTable): Finding['alarm'] {
  if (channel.alarm !== undefined) return channel.alarm;
  const index = channel.tags.length === 1 ? channel.tags[0] : undefined;
  const limits = index === undefined ? undefined : tags.at(index).limits;
  if (limits?.priority === undefined || limits.response === undefined) return undefined;
  return { priority: limits.priority, response: limits.response };
}
